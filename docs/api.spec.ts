import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { apiTables, sectionOf } from '../tools/docs/api-tables';
import { tableRows } from '../tools/docs/markdown';

const page = readFileSync(join(import.meta.dirname, 'api.md'), 'utf8');

describe('docs/api.md', () => {
  test.each(Object.entries(apiTables))(
    'has the table of %s that the code gives (node tools/jest/run-ts.mjs tools/docs/api-tables.ts writes it)',
    (name, { rows }) => expect(tableRows(sectionOf(page, name).inside)).toEqual(rows),
  );
});
