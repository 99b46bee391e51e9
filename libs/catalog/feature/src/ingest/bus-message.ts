import { moduleTopic, tenantId as tenantIdSchema } from '@arkan/contracts';
import type { IncomingMessage } from '@arkan/ports';
import { moduleOf } from '@arkan/catalog-domain';
import { readEvent, type CheckData, type ValidEvent } from './cloud-event';
import { describe } from './http-request';

/** Why a message is no event; the codes are those of the metric and of the integration log's causes. */
export interface UnusableMessage {
  code:
    'no_value' | 'malformed_json' | 'no_cloud_event' | 'invalid' | 'data_too_large' | 'other_tenant' | 'wrong_topic';
  reason: string;
  /** As far as it can be told. */
  tenantId: string | null;
}

export type MessageReading = { event: ValidEvent } | { unusable: UnusableMessage };

export interface MessageContext {
  checkData: CheckData;
  nowMs: number;
}

/**
 * Reads a message of a module's topic by the CloudEvents Kafka binding 1.0.2: structured where its content type or its value says so,
 * else binary with `ce_` headers. The key is the tenant; an extension `tenantid` must not say otherwise.
 */
export function readMessage(message: IncomingMessage, { checkData, nowMs }: MessageContext): MessageReading {
  const keyTenant = asTenant(message.key);
  let tenantId = keyTenant;
  const unusable = (code: UnusableMessage['code'], reason: string): MessageReading => ({
    unusable: { code, reason, tenantId },
  });
  if (message.value === null || message.value.length === 0) return unusable('no_value', 'the message has no value');
  let value: unknown;
  try {
    value = JSON.parse(message.value.toString('utf8'));
  } catch {
    return unusable('malformed_json', 'the value is not JSON');
  }
  const raw = assemble(message, value);
  if (!raw) return unusable('no_cloud_event', 'neither the value has a specversion nor the headers a ce_specversion');
  tenantId ??= asTenant((raw as { tenantid?: unknown }).tenantid);
  if (message.key !== '' && keyTenant === null) return unusable('invalid', 'the key is not a tenant id');

  const reading = readEvent(raw, '', {
    checkData,
    tenantId: keyTenant,
    nowMs,
    traceparent: message.headers.traceparent,
  });
  if ('invalid' in reading) {
    const { code, errors } = reading.invalid;
    return unusable(code === 'forbidden' ? 'other_tenant' : code, describe(errors));
  }
  const module = moduleOf(reading.event.type);
  if (moduleTopic(module) === message.topic) return reading;
  return unusable('wrong_topic', `an event of ${module} came on ${message.topic}; its topic is ${moduleTopic(module)}`);
}

const asTenant = (value: unknown): string | null => {
  const parsed = tenantIdSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
};

/** The event's attributes and data as one object; null where it is neither structured nor binary. */
function assemble(message: IncomingMessage, value: unknown): object | null {
  const contentType = message.headers['content-type'] ?? '';
  const isObject = typeof value === 'object' && value !== null;
  if (/^application\/cloudevents(\+json)?\s*(;|$)/i.test(contentType)) return isObject ? value : null;
  if (message.headers.ce_specversion !== undefined) {
    const raw: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(message.headers)) if (name.startsWith('ce_')) raw[name.slice(3)] = text;
    raw.data = value;
    return raw;
  }
  return isObject && Object.hasOwn(value, 'specversion') ? value : null;
}
