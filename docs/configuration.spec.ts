import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, settingNames } from '@arkan/runtime';
import { tableRows } from '../tools/docs/markdown';

const page = readFileSync(join(import.meta.dirname, 'configuration.md'), 'utf8');
/** name -> [default, may be] as the page has them. */
const documented = new Map(
  tableRows(page)
    .filter(([name]) => /^`[A-Z_]+`$/.test(name ?? ''))
    .map(([name, fallback, bounds]) => [name!.slice(1, -1), { fallback, bounds }]),
);
const defaults: Record<string, unknown> = loadConfig({});

/** What the program says that a setting may be; null where it takes any text. */
function boundsOf(name: string): string | null {
  try {
    loadConfig({ [name]: '!' });
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problem = error.problems.find((line) => line.startsWith(`${name} `));
    return problem?.split('; it may be ')[1]?.split('; ')[0] ?? null;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'unset';
  return Array.isArray(value) && value.length === 0 ? 'empty' : `\`${String(value)}\``;
}

describe('docs/configuration.md', () => {
  test('lists the settings there are, and no others', () =>
    expect([...documented.keys()].sort()).toEqual([...settingNames].sort()));

  test.each(settingNames)('gives the default of %s', (name) =>
    expect(documented.get(name)?.fallback).toBe(shown(defaults[name])),
  );

  test.each(settingNames.flatMap((name) => (boundsOf(name) === null ? [] : [[name, boundsOf(name)!] as const])))(
    'says that %s may be %s',
    (name, bounds) => expect(documented.get(name)?.bounds).toBe(bounds),
  );
});
