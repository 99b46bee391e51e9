import type { ResponseOf, dispatcherOperations } from '@arkan/contracts';
import { customHeaders, deliveryHeaders, unpackSignatures } from '@arkan/dispatcher-domain';
import type { DeliveryRow, StoredAttempt } from '@arkan/dispatcher-persistence';
import { toPublicId, toTimestamp, uuidTimeMs } from '@arkan/kernel';
import type { WebhookView } from '../webhook-view';

export type ShownDelivery = ResponseOf<typeof dispatcherOperations.retryDelivery>;
export type ShownAttempt = ResponseOf<typeof dispatcherOperations.getDelivery>['attempts'][number];

const timeOf = (ms: number | null): string | null => (ms === null ? null : toTimestamp(ms));
const hasEnded = ({ status }: DeliveryRow) => status === 'success' || status === 'failed' || status === 'cancelled';

export function showDelivery(row: DeliveryRow, view: WebhookView): ShownDelivery {
  const webhookId = toPublicId('wh', row.webhookUuid);
  return {
    id: toPublicId('dlv', row.id),
    tenantId: row.tenantId,
    webhookId,
    webhookName: view.get(webhookId)?.name ?? '',
    eventId: row.eventId,
    eventType: row.eventType,
    status: row.status,
    httpStatus: row.httpStatus,
    durationMs: row.durationMs,
    attemptCount: row.attemptCount,
    nextRetryAt: timeOf(row.nextRetryAtMs),
    createdAt: toTimestamp(uuidTimeMs(row.id)),
    // While it is sent again it has not ended.
    completedAt: hasEnded(row) ? timeOf(row.completedAtMs) : null,
    configRevision: row.configRevision,
    isTest: row.isTest,
  };
}

/** The attempt of that number: the last 16 bits of the delivery's id are moved on by it. */
export function attemptId(deliveryUuid: string, number: number): string {
  const last = (Number.parseInt(deliveryUuid.slice(-4), 16) + number) & 0xffff;
  return toPublicId('att', deliveryUuid.slice(0, -4) + last.toString(16).padStart(4, '0'));
}

export function showAttempt(delivery: DeliveryRow, attempt: StoredAttempt, body: Buffer | null): ShownAttempt {
  const { responseHeaders, responseBody, httpStatus } = attempt;
  return {
    id: attemptId(delivery.id, attempt.number),
    number: attempt.number,
    trigger: attempt.trigger,
    startedAt: toTimestamp(attempt.startedAtMs),
    outcome: attempt.outcome,
    request: {
      url: attempt.url ?? '',
      method: 'POST',
      headers: requestHeaders(delivery, attempt, body),
      body: body?.toString('utf8') ?? '',
    },
    response:
      httpStatus === null
        ? null
        : {
            status: httpStatus,
            headers: responseHeaders === null ? {} : (JSON.parse(responseHeaders) as Record<string, string>),
            body: responseBody?.toString('utf8') ?? '',
            bodyTruncated: attempt.bodyTruncated,
          },
    durationMs: attempt.durationMs,
    timing: {
      dnsMs: attempt.dnsMs,
      connectMs: attempt.connectMs,
      tlsMs: attempt.tlsMs,
      firstByteMs: attempt.firstByteMs,
      totalMs: attempt.durationMs,
    },
    remoteAddress: attempt.remoteAddress,
    error: attempt.error,
    configRevision: attempt.configRevision,
  };
}

/** Made again from what they were made of; the custom ones as the log keeps them, masked. None where nothing is known to have been sent. */
function requestHeaders(delivery: DeliveryRow, attempt: StoredAttempt, body: Buffer | null): Record<string, string> {
  if (attempt.signatures === null) return {};
  const deliveryId = toPublicId('dlv', delivery.id);
  const flat = deliveryHeaders({
    eventType: delivery.eventType,
    eventId: delivery.eventId,
    deliveryId,
    attempt: attempt.number,
    signature: unpackSignatures(attempt.signatures, deliveryId, attempt.startedAtMs),
    custom: customHeaders(JSON.parse(attempt.configHeaders ?? '[]') as [string, string][]),
  });
  const host = attempt.url && URL.canParse(attempt.url) ? new URL(attempt.url).host : '';
  const headers: Record<string, string> = { Host: host };
  for (let i = 0; i < flat.length; i += 2) headers[flat[i]!] = flat[i + 1]!;
  if (body) headers['Content-Length'] = String(body.length);
  return headers;
}
