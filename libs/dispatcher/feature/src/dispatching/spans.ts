import { contextFrom, SpanKind, SpanStatusCode, type Span, type Tracing } from '@arkan/runtime';
import type { SendResult } from '../sending/exchange';
import type { WorkItem } from './work-item';

/** Spans of attempts, under the trace in which their event was accepted. */
export interface AttemptSpans {
  start(item: WorkItem, deliveryId: string): { end(sent: SendResult): void };
}

/** null where nothing is recorded. */
export function createAttemptSpans({ enabled, tracer }: Tracing): AttemptSpans | null {
  if (!enabled) return null;
  return {
    start(item, deliveryId) {
      const span = tracer.startSpan(
        'webhook attempt',
        {
          kind: SpanKind.CLIENT,
          attributes: {
            'arkan.tenant_id': item.tenantId,
            'arkan.webhook_id': item.webhookId,
            'arkan.delivery_id': deliveryId,
            'arkan.event_type': item.eventType,
            'arkan.attempt': item.attemptCount + 1,
            'arkan.trigger': item.trigger,
          },
        },
        contextFrom(item.traceparent ?? undefined),
      );
      return { end: (sent) => endSpan(span, sent) };
    },
  };
}

function endSpan(span: Span, sent: SendResult): void {
  if (sent.httpStatus !== null) span.setAttribute('http.response.status_code', sent.httpStatus);
  if (sent.outcome !== 'success') {
    span.setAttribute('arkan.cause', sent.causeKey);
    span.setStatus({ code: SpanStatusCode.ERROR, message: sent.causeKey });
  }
  span.end();
}
