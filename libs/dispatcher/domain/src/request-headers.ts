import { isSettableHeaderName } from '@arkan/kernel';

export interface DeliveryHeaders {
  eventType: string;
  eventId: string;
  deliveryId: string;
  /** From 1. */
  attempt: number;
  /** Flat, as `signatureHeaders` gives them. */
  signature: readonly string[];
  /** As configured, in clear. One that may not be set is left out, whatever let it into the configuration. */
  custom: Readonly<Record<string, string>>;
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
    ...input.signature,
  ];
  let hasUserAgent = false;
  for (const [name, value] of Object.entries(input.custom)) {
    if (!isSettableHeaderName(name)) continue;
    if (name.length === userAgentName.length && name.toLowerCase() === userAgentName) hasUserAgent = true;
    headers.push(name, value);
  }
  if (!hasUserAgent) headers.push('User-Agent', userAgent);
  return headers;
}

const userAgentName = 'user-agent';

/** The emitter chooses event ids. What a header can't carry is percent-encoded, as in a URL; the body has the id itself. */
function headerText(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURI(Buffer.from(text).toString());
}
