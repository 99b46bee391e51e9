import { context, propagation, trace, SpanKind, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';

export { SpanKind, SpanStatusCode };
export type { Span };

export interface Tracing {
  /** False: spans are no-ops, and callers may skip building attributes. */
  enabled: boolean;
  tracer: Tracer;
  stop(): Promise<void>;
}

/** Spans go to `endpoint` (OTLP over HTTP), or to `processor` in a test; without either, tracing costs nothing. */
export function createTracing(
  service: string,
  options: { endpoint?: string; processor?: SpanProcessor } = {},
): Tracing {
  const processor =
    options.processor ??
    (options.endpoint
      ? new BatchSpanProcessor(new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` }))
      : null);
  if (!processor) return { enabled: false, tracer: trace.getTracer('arkanpm-webhooks'), stop: async () => undefined };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `arkanpm-webhooks-${service}` }),
    spanProcessors: [processor],
  });
  provider.register();
  return { enabled: true, tracer: provider.getTracer('arkanpm-webhooks'), stop: () => provider.shutdown() };
}

/** W3C trace context of a span, to travel in a message header; undefined where nothing is recorded. */
export function traceparentOf(span: Span): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  return carrier.traceparent;
}

/** The context that a `traceparent` header stands for; malformed ones are ignored. */
export function contextFrom(traceparent: string | undefined) {
  return traceparent ? propagation.extract(context.active(), { traceparent }) : context.active();
}
