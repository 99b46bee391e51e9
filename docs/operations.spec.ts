import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tableRows } from '../tools/docs/markdown';

const libs = join(import.meta.dirname, '../libs');
const page = readFileSync(join(import.meta.dirname, 'operations.md'), 'utf8');

/** Metrics by their names in the code: where one is made, the name follows `name:` or stands first in the call. */
const made = new Set(
  readdirSync(libs, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('node_modules'))
    .flatMap((path) => {
      const text = readFileSync(join(libs, path), 'utf8');
      if (!/\b(Counter|Gauge|Histogram)\b/.test(text)) return [];
      return [...text.matchAll(/(?:name:|gauge\()\s*'(arkan_[a-z_]+)'/g)].map((match) => match[1]!);
    }),
);

describe('docs/operations.md', () => {
  test('lists the metrics there are, and no others', () => {
    const listed = tableRows(page).flatMap(([name = '']) => /^`(arkan_[a-z_]+)`$/.exec(name)?.[1] ?? []);
    expect(listed.sort()).toEqual([...made].sort());
  });
});
