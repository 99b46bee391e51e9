/**
 * Array parameters as text, a column of many rows each. The driver's own way goes through every element with a chain of tests and
 * a regular expression, and writes bytes as hexadecimal: for the thousands of values of a bulk statement that costs more than
 * sending a delivery.
 */

/** Of what needs no quotes: numbers, UUIDs, booleans, words. */
export function plainArray<T>(rows: readonly T[], pick: (row: T) => string | number | boolean | null): string {
  let text = '{';
  for (let i = 0; i < rows.length; i++) {
    const value = pick(rows[i]!);
    text += i === 0 ? (value ?? 'NULL') : `,${value ?? 'NULL'}`;
  }
  return `${text}}`;
}

/** Of any texts; they must not hold a NUL, which Postgres does not keep. */
export function textArray<T>(rows: readonly T[], pick: (row: T) => string | null): string {
  let text = '{';
  for (let i = 0; i < rows.length; i++) {
    const value = pick(rows[i]!);
    if (i > 0) text += ',';
    text += value === null ? 'NULL' : `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
  }
  return `${text}}`;
}

export interface PackedBytes {
  /** All of them end to end: one parameter, which travels as it is. */
  bytes: Buffer;
  /** Where each lies in it, from 1, as SQL counts. */
  starts: number[];
  lengths: number[];
}

export function packBytes<T>(rows: readonly T[], pick: (row: T) => Buffer | null): PackedBytes {
  const starts: number[] = [];
  const lengths: number[] = [];
  const parts: Buffer[] = [];
  let at = 1;
  for (const row of rows) {
    const value = pick(row);
    const length = value?.length ?? 0;
    starts.push(at);
    lengths.push(length);
    if (value && length > 0) parts.push(value);
    at += length;
  }
  return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts, at - 1), starts, lengths };
}

/** For columns that are computed already. */
export const same = <T>(value: T): T => value;
