import type { Attempt } from './diagnosis';

/** Shown in place of values that are secret. */
export const masked = '***';
/** What curl makes itself. */
const own = new Set(['host', 'content-length', 'connection']);

/** Of a POSIX shell: nothing in it is expanded. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request again, for a terminal. Secret headers are left out and named in a comment; the body is the very text, never the name of a file. */
export function toCurl({ url, headers, body }: Attempt['request']): string {
  const entries = Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase()));
  const secret = entries.filter(([, value]) => value === masked).map(([name]) => name);
  const shown = entries.filter(([, value]) => value !== masked);
  const lines = [
    `curl -sS -i -X POST ${quoted(url)}`,
    // A header without a value is only sent with a semicolon.
    ...shown.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ];
  const note = secret.length === 0 ? '' : `# left out, being secret: ${secret.map(singleLine).join(', ')}\n`;
  return `${note}${lines.join(' \\\n  ')}\n`;
}

const singleLine = (text: string) => text.replace(/[\r\n]/g, ' ');
