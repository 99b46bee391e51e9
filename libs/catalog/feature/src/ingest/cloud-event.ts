import {
  cloudEventSchema,
  deliveryBody,
  eventDataDepthMax,
  eventDataMaxBytes,
  type ProblemCode,
} from '@arkan/contracts';
import type { FieldError, JsonObject } from '@arkan/kernel';
import { depthOf, fieldErrors } from '@arkan/runtime';

/** An event that may be accepted. */
export interface ValidEvent {
  id: string;
  type: string;
  source: string;
  timeMs: number;
  tenantId: string;
  /** What will be delivered; serialised here, once. */
  body: Buffer;
  /** W3C trace context that came with the event or its request. */
  traceparent?: string | undefined;
}

export interface InvalidEvent {
  code: Extract<ProblemCode, 'invalid' | 'forbidden' | 'data_too_large'>;
  errors: FieldError[];
}

export type EventReading = { event: ValidEvent } | { invalid: InvalidEvent };

/** What the catalog has to say: null for a type that it does not have, else the faults of `data`, with pointers from `at` on. */
export type CheckData = (type: string, data: JsonObject, at: string) => FieldError[] | null;

export interface ReadingContext {
  checkData: CheckData;
  /** Of the caller, or of the message key; null where neither tells. */
  tenantId: string | null;
  nowMs: number;
  traceparent?: string | undefined;
}

/** What RFC 3339 can say: an offset may move a time of its years beyond them. */
const timeMinMs = Date.parse('0001-01-01T00:00:00.000Z');
const timeMaxMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a CloudEvent that was parsed from JSON or put together from headers. `at` is its place in the body, '' or `/<index>`.
 * Cheap checks come first: nothing walks or serialises `data` before its depth is known, nor checks it before its size is.
 */
export function readEvent(raw: unknown, at: string, context: ReadingContext): EventReading {
  if (!isPlainEvent(raw)) {
    const parsed = cloudEventSchema.safeParse(raw, reportInput);
    if (!parsed.success) return invalid(fieldErrors(parsed.error, at).map(withHint(raw)));
  }
  const { id, type, source, time, tenantid, data, traceparent } = raw as CheckedEvent;
  if (depthOf(data, eventDataDepthMax) > eventDataDepthMax) {
    const message = `must nest objects and arrays at most ${eventDataDepthMax} deep`;
    return invalid([{ pointer: `${at}/data`, code: 'too_deep', message, limit: eventDataDepthMax }]);
  }
  const tenantId = tenantid ?? context.tenantId;
  if (tenantId === null) {
    const message = 'is missing: name the tenant here or by X-Tenant-Id; on the bus, by the message key';
    return invalid([{ pointer: `${at}/tenantid`, code: 'missing', message, limit: null }]);
  }
  if (context.tenantId !== null && tenantId !== context.tenantId) {
    const message = 'must be the tenant of the caller, on the bus of the message key; or be left out';
    return invalid([{ pointer: `${at}/tenantid`, code: 'other_tenant', message, limit: null }], 'forbidden');
  }
  const timeMs = time === undefined ? context.nowMs : Date.parse(time);
  if (!(timeMs >= timeMinMs && timeMs <= timeMaxMs)) {
    const message = 'must lie in the years 1 to 9999 of UTC';
    return invalid([{ pointer: `${at}/time`, code: 'out_of_range', message, limit: null }]);
  }
  const body = deliveryBody({ id, type, timeMs, tenantId, data });
  if (body.length > eventDataMaxBytes && Buffer.byteLength(JSON.stringify(data)) > eventDataMaxBytes) {
    const message = `must have at most ${eventDataMaxBytes} bytes as JSON`;
    return invalid([{ pointer: `${at}/data`, code: 'too_big', message, limit: eventDataMaxBytes }], 'data_too_large');
  }
  const faults = context.checkData(type, data, `${at}/data`);
  if (faults === null) {
    const message = 'is not in the catalog; GET /v1/event-types lists what is';
    return invalid([{ pointer: `${at}/type`, code: 'unknown_event_type', message, limit: null }]);
  }
  if (faults.length > 0) return invalid(faults);
  return {
    event: {
      id,
      type,
      source,
      timeMs,
      tenantId,
      body,
      traceparent: readTraceparent(traceparent) ?? context.traceparent,
    },
  };
}

interface CheckedEvent {
  id: string;
  type: string;
  source: string;
  time?: string;
  tenantid?: string;
  data: JsonObject;
  traceparent?: unknown;
}

const asciiId = /^[\x20-\x7e]{1,200}$/;
const asciiSource = /^[\x20-\x7e]{1,2048}$/;
const typeName = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}$/;
const utcTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;
const tenantName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/**
 * Is it an event of the most common kind? Only what the schema of the contract would take as well, which a test holds it to; whatever
 * is not, the schema judges and explains. Saves most events the schema's 2 us, a tenth of what accepting one in a batch costs.
 */
export function isPlainEvent(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  const { specversion, id, source, type, time, tenantid, datacontenttype, data } = raw as Record<string, unknown>;
  return (
    specversion === '1.0' &&
    typeof id === 'string' &&
    asciiId.test(id) &&
    typeof source === 'string' &&
    asciiSource.test(source) &&
    typeof type === 'string' &&
    type.length <= 200 &&
    typeName.test(type) &&
    (time === undefined || (typeof time === 'string' && utcTime.test(time))) &&
    (tenantid === undefined || (typeof tenantid === 'string' && tenantName.test(tenantid))) &&
    (datacontenttype === undefined || datacontenttype === 'application/json') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  );
}

const reportInput = { reportInput: true };

const invalid = (errors: FieldError[], code: InvalidEvent['code'] = 'invalid'): EventReading => ({
  invalid: { code, errors },
});

/** CloudEvents has another field for data that is not JSON; whoever uses it should hear that it was seen. */
const withHint =
  (raw: unknown) =>
  (error: FieldError): FieldError =>
    error.code === 'missing' && error.pointer.endsWith('/data') && Object.hasOwn(raw as object, 'data_base64')
      ? { ...error, message: 'is missing; data_base64 is not taken: data must be a JSON object' }
      : error;

/** Of the CloudEvents extension "distributed tracing"; anything else under that name is not for us. */
function readTraceparent(value: unknown): string | undefined {
  return typeof value === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;
}
