export interface MailContent {
  subject: string;
  /** Names as they came, lower case; values unfolded and decoded. The last of a repeated one. */
  headers: Record<string, string>;
  /** The plain text part, decoded, with `\n` line ends; empty where there is none. */
  text: string;
}

const depthMax = 5;

/**
 * Enough of RFC 5322, 2045 and 2047 for what a mail library sends: folded headers, encoded words, base64 and
 * quoted-printable, the first text/plain part of a multipart. `raw` has one character a byte.
 */
export function readMail(raw: string): MailContent {
  const { headers, body } = split(raw);
  const decoded = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, decodeWords(value)]));
  return { subject: decoded.subject ?? '', headers: decoded, text: plainText(headers, body, 0) ?? '' };
}

function split(raw: string): { headers: Record<string, string>; body: string } {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = end ? raw.slice(0, end.index) : raw;
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body: end ? raw.slice(end.index + end[0].length) : '' };
}

function plainText(headers: Record<string, string>, body: string, depth: number): string | null {
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary && depth < depthMax) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => split(part.replace(/^\r?\n/, '')));
    return parts.reduce<string | null>((found, part) => found ?? plainText(part.headers, part.body, depth + 1), null);
  }
  if (!/^text\/plain/i.test(type)) return null;
  const bytes = decodeBody(body, headers['content-transfer-encoding']?.toLowerCase() ?? '7bit');
  return bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd();
}

function decodeBody(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding === 'quoted-printable') return Buffer.from(unquote(body.replace(/=\r?\n/g, '')), 'latin1');
  return Buffer.from(body, 'latin1');
}

function unquote(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 2047; white space between two encoded words is not part of the text. */
function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) => {
      const bytes =
        kind.toUpperCase() === 'B'
          ? Buffer.from(text, 'base64')
          : Buffer.from(unquote(text.replaceAll('_', ' ')), 'latin1');
      return bytes.toString('utf8');
    });
}
