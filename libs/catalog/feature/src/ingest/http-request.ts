import { eventBatchMax } from '@arkan/contracts';
import { Refusal, type FieldError } from '@arkan/kernel';
import { readEvent, type InvalidEvent, type ReadingContext, type ValidEvent } from './cloud-event';

export interface EventRequest {
  headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON. */
  body: unknown;
}

/** Errors that one answer names. */
const errorsMax = 100;

/**
 * The events of `POST /v1/events`: one structured, one in binary mode, or a batch, by the rules of the CloudEvents HTTP binding 1.0.2.
 * All of them are valid, or Refusal `invalid`, `forbidden`, `data_too_large` or `unsupported_media_type` names each field that is not.
 */
export function readRequest(
  request: EventRequest,
  context: ReadingContext,
): { events: ValidEvent[]; isBatch: boolean } {
  const contentType = String(request.headers['content-type'] ?? '')
    .split(';', 1)[0]!
    .trim()
    .toLowerCase();
  switch (contentType) {
    case 'application/cloudevents-batch+json':
      return { events: readBatch(request.body, context), isBatch: true };
    case 'application/cloudevents+json':
      return { events: [readOne(request.body, context)], isBatch: false };
    case 'application/json':
      return {
        events: [isBinary(request.headers) ? readBinary(request, context) : readOne(request.body, context)],
        isBatch: false,
      };
    default:
      throw new Refusal(
        'unsupported_media_type',
        'send application/cloudevents+json, application/cloudevents-batch+json, or application/json',
      );
  }
}

function readOne(body: unknown, context: ReadingContext): ValidEvent {
  const reading = readEvent(body, '', context);
  if ('event' in reading) return reading.event;
  throw refusal([reading.invalid]);
}

function readBatch(body: unknown, context: ReadingContext): ValidEvent[] {
  if (!Array.isArray(body) || body.length === 0 || body.length > eventBatchMax) {
    const message = `must be an array of 1 to ${eventBatchMax} events`;
    throw refusal([{ code: 'invalid', errors: [{ pointer: '', code: 'batch_size', message, limit: eventBatchMax }] }]);
  }
  const events: ValidEvent[] = [];
  const refused: InvalidEvent[] = [];
  for (let i = 0; i < body.length; i++) {
    const reading = readEvent(body[i], `/${i}`, context);
    if ('event' in reading) events.push(reading.event);
    else if (refused.length < errorsMax) refused.push(reading.invalid);
  }
  if (refused.length > 0) throw refusal(refused);
  return events;
}

/** In binary mode the attributes stand in `ce-` headers, and the body is the data. */
function isBinary(headers: EventRequest['headers']): boolean {
  return (
    headers['ce-specversion'] !== undefined ||
    headers['ce-id'] !== undefined ||
    headers['ce-type'] !== undefined ||
    headers['ce-source'] !== undefined
  );
}

function readBinary({ headers, body }: EventRequest, context: ReadingContext): ValidEvent {
  const raw: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || value === undefined) continue;
    const decoded = decodeHeader(Array.isArray(value) ? value.join(', ') : value);
    if (decoded === null) {
      const message = 'must be percent-encoded UTF-8';
      throw refusal([
        { code: 'invalid', errors: [{ pointer: `header/${name}`, code: 'encoding', message, limit: null }] },
      ]);
    }
    raw[name.slice(3)] = decoded;
  }
  raw.data = body;
  const reading = readEvent(raw, '', context);
  if ('event' in reading) return reading.event;
  const errors = reading.invalid.errors.map((error) => ({ ...error, pointer: binaryPointer(error.pointer) }));
  throw refusal([{ ...reading.invalid, errors }]);
}

/** `/data/a` is `/a` of the body; `/id` is a header. */
function binaryPointer(pointer: string): string {
  if (pointer === '/data' || pointer.startsWith('/data/')) return pointer.slice('/data'.length);
  return `header/ce-${pointer.slice(1)}`;
}

/** A value in double quotes is unquoted, then percent-decoded once. null where that is not UTF-8. */
function decodeHeader(value: string): string | null {
  const text = /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The whole request under one code: what is another tenant's first, then what is wrong, then what is too large. */
function refusal(refused: readonly InvalidEvent[]): Refusal {
  const code = (['forbidden', 'invalid', 'data_too_large'] as const).find((one) =>
    refused.some((event) => event.code === one),
  )!;
  const named = code === 'forbidden' ? refused.filter((event) => event.code === code) : refused;
  const errors = named.flatMap((event) => event.errors).slice(0, errorsMax);
  return new Refusal(code, describe(errors), errors);
}

export function describe(errors: readonly FieldError[]): string {
  return errors
    .slice(0, 5)
    .map((error) => `${error.pointer || '/'} ${error.message}`)
    .join('; ');
}
