import { expect, test } from '@jest/globals';
import { isFiltered, toQuery, type Filters } from './filters';

const nowMs = Date.parse('2026-03-02T12:00:00.000Z');
const none: Filters = {
  webhookId: null,
  status: [],
  eventType: null,
  eventId: null,
  httpStatus: null,
  text: null,
  range: '24h',
  from: null,
  to: null,
};
const from = '2026-03-01T12:00:00.000Z';

test.each<[string, Partial<Filters>, object]>([
  ['a preset goes with the clock and has no end', {}, { from }],
  [
    'an exact range stays',
    { from: new Date(0), to: new Date(60_000) },
    { from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:01:00.000Z' },
  ],
  [
    'an end alone is the end of the preset',
    { range: '1h', to: new Date(nowMs - 3_600_000) },
    { from: '2026-03-02T10:00:00.000Z', to: '2026-03-02T11:00:00.000Z' },
  ],
  ['several statuses at once', { status: ['failed', 'retrying'] }, { from, status: 'failed,retrying' }],
  ['a class of HTTP statuses', { httpStatus: '5xx' }, { from, httpStatus: '5xx' }],
  ['what is no HTTP status is not asked for', { httpStatus: '6xx' }, { from }],
  [
    'all at once',
    { webhookId: 'wh_1', eventType: 'a.b.c', eventId: 'e', text: 't' },
    { from, webhookId: 'wh_1', eventType: 'a.b.c', eventId: 'e', text: 't' },
  ],
])('%s', (_, filters, query) => {
  expect(toQuery({ ...none, ...filters }, nowMs)).toEqual(query);
});

test('a time and a webhook alone are no filter that hides something', () => {
  expect(isFiltered({ ...none, webhookId: 'wh_1', range: '1h' })).toBe(false);
  expect(isFiltered({ ...none, text: 'tap' })).toBe(true);
});
