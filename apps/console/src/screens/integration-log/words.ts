/** What the causes are called. Their keys are the dispatcher's; one that is not here is shown as it is. */
const titles: Record<string, string> = {
  delivered: 'Delivered',
  interrupted: 'The platform stopped in the middle',
  unreadable_delivery: 'A delivery could not be read',
  connection_refused: 'Connection refused',
  connection_reset: 'Connection closed before the answer',
  unreachable: 'No route to the host',
  dns_not_found: 'Host name not known',
  dns_unavailable: 'DNS gave no answer',
  invalid_response: 'The answer is not valid HTTP',
  invalid_request: 'A header can not be sent',
  headers_too_large: 'Headers of the answer too large',
  tls_self_signed: 'Certificate is self-signed',
  tls_untrusted: 'Certificate is not trusted',
  tls_expired: 'Certificate has expired',
  tls_wrong_host: 'Certificate is for another host',
  tls_protocol: 'TLS could not be agreed on',
  tls_closed: 'Connection closed during TLS',
  timeout_dns: 'Timeout while looking up the host',
  timeout_connect: 'Timeout while connecting',
  timeout_tls: 'Timeout during TLS',
  timeout_headers: 'Timeout while waiting for the answer',
  timeout_body: 'Timeout while reading the answer',
};

export function causeTitle(key: string): string {
  const status = /^http_(\d{3})$/.exec(key)?.[1];
  if (status !== undefined) return `The receiver answers ${status}`;
  if (key.startsWith('event_invalid:')) return `Event refused: ${words(key.slice('event_invalid:'.length))}`;
  if (key.startsWith('blocked_')) return `Address not allowed: ${words(key.slice('blocked_'.length))}`;
  return titles[key] ?? words(key);
}

const words = (key: string) => key.replaceAll('_', ' ');

/** The filters of the delivery list that come nearest to a cause. `null`: it is about no delivery. */
export function deliveriesOf(entry: {
  level: string;
  webhookId: string | null;
  cause: { key: string };
}): Record<string, string> | null {
  if (entry.webhookId === null) return null;
  const status = /^http_(\d{3})$/.exec(entry.cause.key)?.[1];
  // A cause goes back as far as the log does; the list shows a day unless it is told.
  const all = { webhookId: entry.webhookId, range: '30d' };
  if (status !== undefined) return { ...all, httpStatus: status };
  if (entry.level === 'success') return { ...all, status: 'success' };
  return { ...all, status: 'retrying,failed' };
}
