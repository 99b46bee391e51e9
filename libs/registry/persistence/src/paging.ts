/** A page's place: after the row with this time and id, newest first. */
export interface PagePosition {
  createdAt: string;
  id: string;
}

export const pageKey = (position: PagePosition): string => `${position.createdAt}|${position.id}`;

/** Of a cursor that was signed by us, so that its shape needs no check. */
export function pagePosition(key: string | null): PagePosition | null {
  if (key === null) return null;
  const bar = key.indexOf('|');
  return { createdAt: key.slice(0, bar), id: key.slice(bar + 1) };
}

export interface Page<T> {
  rows: T[];
  /** Of the last row, where there are more. */
  next: string | null;
}

/** Of `limit` + 1 rows: the page, and whether another follows. */
export function cut<T>(rows: T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last ? keyOf(last) : null };
}

/** For `ilike`: the text anywhere, taken literally. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
