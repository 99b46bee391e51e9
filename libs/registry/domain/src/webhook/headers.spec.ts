import { describe, expect, test } from '@jest/globals';
import { sealedAs } from '../specification';
import type { StoredHeader } from './events';
import { maskedHeaders, storeHeaders } from './headers';

const sealing = { seal: sealedAs, open: (sealed: { ciphertext: string }) => sealed.ciphertext };
const present: StoredHeader[] = [
  { name: 'X-Team', value: 'books', sealed: null },
  { name: 'Authorization', value: null, sealed: sealedAs('Bearer 1') },
];

describe('the headers of a webhook', () => {
  test('are stored sealed where their names look secret, and shown as ***', () => {
    const { headers } = storeHeaders({ 'X-Team': 'books', 'X-Api-Key': 'k' }, [], sealing);
    expect(headers).toEqual([
      { name: 'X-Team', value: 'books', sealed: null },
      { name: 'X-Api-Key', value: null, sealed: sealedAs('k') },
    ]);
    expect(maskedHeaders(headers)).toEqual({ 'X-Team': 'books', 'X-Api-Key': '***' });
  });

  test.each([
    { what: 'sent back masked', given: { 'X-Team': 'books', Authorization: '***' } },
    { what: 'sent again in clear', given: { 'X-Team': 'books', Authorization: 'Bearer 1' } },
  ])('stay as they are when $what', ({ given }) => {
    const fresh = { ...sealing, seal: () => sealedAs('sealed anew') };
    expect(storeHeaders(given, present, fresh)).toEqual({ headers: present, errors: [] });
  });

  test('may be spelled anew, keeping the secret value', () => {
    expect(storeHeaders({ authorization: '***' }, present, sealing).headers).toEqual([
      { name: 'authorization', value: null, sealed: sealedAs('Bearer 1') },
    ]);
  });

  test('are refused masked where there is no value to keep', () => {
    expect(storeHeaders({ Cookie: '***' }, present, sealing).errors).toMatchObject([
      { pointer: '/customHeaders/Cookie', code: 'masked_value' },
    ]);
  });

  test('take *** as it is in a header that is not secret', () => {
    expect(storeHeaders({ 'X-Team': '***' }, present, sealing).headers).toEqual([
      { name: 'X-Team', value: '***', sealed: null },
    ]);
  });
});
