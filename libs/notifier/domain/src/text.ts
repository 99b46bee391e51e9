/**
 * Text from receivers and from people, made fit to be stored and shown. Postgres takes no NUL, and its JSON no half of a
 * surrogate pair: one such letter in an error would otherwise stop a whole partition.
 */
export function cleanText(text: string, max: number): string {
  return cut(text.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd'), max);
}

/**
 * One line without controls, line ends or marks that turn the direction of writing: for a mail's subject, and for a name within
 * a sentence. With it no name can end a header and begin another.
 */
export function oneLine(text: string, max: number): string {
  const flat = cleanText(text, text.length)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return cut(flat, max);
}

/** Cuts at `max` UTF-16 units, never through a pair, and shows that it did. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter]!);
