import { expect, test } from '@jest/globals';
import type { Schemas } from '../../api/client';
import { matching } from './matching';

const webhook = (fields: Partial<Schemas['Webhook']>) =>
  ({
    id: 'wh_1',
    name: 'Ledger',
    description: '',
    url: 'https://example.com/a',
    eventTypes: ['leasing.*'],
    ownerEmail: 'o@acme.example',
    status: 'active',
    ...fields,
  }) as Schemas['Webhook'];

const all = [
  webhook({ name: 'Ledger' }),
  webhook({
    name: 'Gate',
    url: 'https://gate.example/in',
    eventTypes: ['residents.visitor.checked_in'],
    status: 'failing',
  }),
];

test.each([
  ['', 'all', ['Ledger', 'Gate']],
  ['  ', 'all', ['Ledger', 'Gate']],
  ['LEDGER', 'all', ['Ledger']],
  ['gate.example', 'all', ['Gate']],
  ['visitor gate', 'all', ['Gate']],
  ['visitor ledger', 'all', []],
  ['acme', 'failing', ['Gate']],
  ['', 'paused', []],
] as const)('the search "%s" in %s finds %j', (q, status, names) => {
  expect(matching(all, { q, status }).map(({ name }) => name)).toEqual(names);
});
