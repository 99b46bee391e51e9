import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { startEventStoreStandIn, type StandIn } from './server';

const event = (type: string) => jsonEvent({ type, data: { is: type } });

/** The client as it is, which takes BatchAppend where the server has it: what the adapter itself does not use. */
describe.each([
  ['new', 'batch_append'],
  ['old', 'append'],
] as const)('the stand-in with %s features', (features, method) => {
  let server: StandIn;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    server = await startEventStoreStandIn({ features, appendSizeMax: 10_000 });
    client = EventStoreDBClient.connectionString(server.connectionString);
  });
  afterEach(async () => {
    await client.dispose();
    await server.close();
  });

  test('appends, with its place in the stream and in all', async () => {
    const first = await client.appendToStream('s-1', [event('a'), event('b')], { expectedRevision: NO_STREAM });
    const second = await client.appendToStream('s-1', event('c'), { expectedRevision: first.nextExpectedRevision });
    expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([1n, 2n]);
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
    const read = [];
    for await (const { event } of client.readStream('s-1')) read.push([event?.type, event?.revision, event?.data]);
    expect(read).toEqual([
      ['a', 0n, { is: 'a' }],
      ['b', 1n, { is: 'b' }],
      ['c', 2n, { is: 'c' }],
    ]);
    expect(server.faults.calls[method]).toBe(2);
  });

  test.each([
    ['a revision, of none', 's-none', 3n, 'no_stream'],
    ['no stream, of one', 's-1', NO_STREAM, 1n],
    ['another revision', 's-1', 0n, 1n],
    ['some stream, of none', 's-none', STREAM_EXISTS, 'no_stream'],
  ] as const)('refuses a wrong expected version: %s', async (_, stream, expectedRevision, actualVersion) => {
    await client.appendToStream('s-1', [event('a'), event('b')]);
    const appending = client.appendToStream(stream, event('x'), { expectedRevision });
    await expect(appending).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion });
  });

  test('compares the ids of a repeated append only where it is behind its stream', async () => {
    const events = [event('a'), event('b')];
    const first = await client.appendToStream('s-1', events, { expectedRevision: NO_STREAM });
    for (const expectedRevision of [NO_STREAM, ANY] as const) {
      expect(await client.appendToStream('s-1', events, { expectedRevision })).toEqual(first);
    }
    const longer = client.appendToStream('s-1', [...events, event('c')], { expectedRevision: NO_STREAM });
    await expect(longer).rejects.toMatchObject({ type: 'wrong-expected-version' });
    expect((await client.appendToStream('s-1', events, { expectedRevision: 1n })).nextExpectedRevision).toBe(3n);
  });

  test('deletes a stream, which may begin again after its end, or for good', async () => {
    await client.appendToStream('s-1', [event('a'), event('b')]);
    await client.deleteStream('s-1');
    const reading = client.readStream('s-1')[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ type: 'stream-not-found' });
    const again = await client.appendToStream('s-1', event('c'), { expectedRevision: NO_STREAM });
    expect(again.nextExpectedRevision).toBe(2n);
    await client.tombstoneStream('s-1');
    await expect(client.appendToStream('s-1', event('d'))).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  test('refuses an append that is too large', async () => {
    const large = jsonEvent({ type: 'a', data: { text: 'x'.repeat(10_000) } });
    await expect(client.appendToStream('s-1', large)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 10_000,
    });
  });
});
