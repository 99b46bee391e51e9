import { isSettableHeaderName } from '@arkan/kernel';

export interface DeliveryHeaders {
  eventType: string;
  eventId: string;
  deliveryId: string;
  /** From 1. */
  attempt: number;
  /** Flat, as `signatureHeaders` gives them. */
  signature: readonly string[];
  /** As `customHeaders` gives them, in clear. */
  custom: readonly string[];
}

const userAgent = 'ArkanPM-Webhooks/1';

/** All headers of an attempt but Host, Connection and Content-Length, flat (name, value, …), ours first. */
export function deliveryHeaders(input: DeliveryHeaders): string[] {
  const headers = [
    'Content-Type',
    'application/json; charset=utf-8',
    // What comes back is logged as it is, so ask for it unpacked.
    'Accept-Encoding',
    'identity',
    'X-Event-Type',
    input.eventType,
    'X-Event-Id',
    headerText(input.eventId),
    'X-Delivery-Id',
    input.deliveryId,
    'X-Delivery-Attempt',
    String(input.attempt),
  ];
  headers.push(...input.signature, ...input.custom);
  return headers;
}

/**
 * The configured headers, flat, and our User-Agent unless they have one. One that may not be set is left out, whatever let it into
 * the configuration. To be made once a configuration: judging the names costs more than the rest of an attempt's headers.
 */
export function customHeaders(configured: Iterable<readonly [name: string, value: string]>): string[] {
  const headers = [...configured].filter(([name]) => isSettableHeaderName(name));
  const hasUserAgent = headers.some(([name]) => name.toLowerCase() === 'user-agent');
  return [...headers.flat(), ...(hasUserAgent ? [] : ['User-Agent', userAgent])];
}

/** The emitter chooses event ids. What a header can't carry is percent-encoded, as in a URL; the body has the id itself. */
function headerText(text: string): string {
  return /^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/.test(text) ? text : encodeURI(Buffer.from(text).toString());
}
