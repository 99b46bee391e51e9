import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@arkan/kernel';
import { EventStoreUnavailableError, type EventStore, type SubscribeOptions } from '@arkan/ports';
import { appendAll, eventsOf, numbered, SeenEvents, typesOf } from '@arkan/ports-contract';
import { eventually, serverCertificate, startTcpProxy } from '@arkan/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventStoreDb, type EventStoreDbOptions } from './event-store';
import type { ProposedEvent } from './stand-in/log';
import { startEventStoreStandIn, type StandInOptions } from './stand-in/server';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  while (cleanUps.length > 0) await cleanUps.pop()?.();
});

async function startServer(options: StandInOptions = {}) {
  const server = await startEventStoreStandIn(options);
  cleanUps.push(() => server.close());
  return server;
}

async function open(options: EventStoreDbOptions): Promise<EventStore> {
  const store = await createEventStoreDb(options);
  cleanUps.push(() => store.close());
  return store;
}

async function start(options: Partial<EventStoreDbOptions> = {}, serverOptions: StandInOptions = {}) {
  const server = await startServer(serverOptions);
  return { server, ...server, store: await open({ connectionString: server.connectionString, ...options }) };
}

async function subscribe(store: EventStore, options: Partial<SubscribeOptions> = {}) {
  const seen = new SeenEvents(10_000);
  return { seen, subscription: await store.subscribe(seen.recording(options)) };
}

function stored(type: string, data: string | JsonObject = { is: type }): ProposedEvent {
  const isText = typeof data === 'string';
  return {
    id: crypto.randomUUID(),
    type,
    contentType: isText ? 'application/octet-stream' : 'application/json',
    data: Buffer.from(isText ? data : JSON.stringify(data)),
    metadata: new Uint8Array(),
  };
}

describe('an append', () => {
  test.each<['fail' | 'lose_answer', number]>([
    ['fail', 0],
    ['lose_answer', 3],
  ])('of unknown outcome (%s) may be repeated, and happens once', async (kind, kept) => {
    const { store, faults, log } = await start();
    const events = eventsOf('a', 'b', 'c');
    faults.onNextAppend({ kind });
    await expect(store.append('s-1', events, 'no_stream')).rejects.toBeInstanceOf(EventStoreUnavailableError);
    expect(log.read('s-1')?.length ?? 0).toBe(kept);
    const { revision, position } = await store.append('s-1', events, 'no_stream');
    const there = await store.readStream('s-1');
    expect(typesOf(there)).toEqual(['a', 'b', 'c']);
    expect([revision, position]).toEqual([2, there[2]?.position]);
  });

  test('that is answered too late is given up in time, may be repeated, and the late answer harms nothing', async () => {
    const { store, faults } = await start({ timeoutMs: 1_000 });
    const events = eventsOf('a', 'b');
    let answer = () => {};
    const until = new Promise<void>((resolve) => (answer = resolve));
    faults.onNextAppend({ kind: 'answer_late', until });
    await expect(store.append('s-1', events, 'no_stream')).rejects.toBeInstanceOf(EventStoreUnavailableError);
    expect((await store.append('s-1', events, 'no_stream')).revision).toBe(1);
    answer();
    expect((await store.append('s-1', eventsOf('c'), 1)).revision).toBe(2);
    expect(typesOf(await store.readStream('s-1'))).toEqual(['a', 'b', 'c']);
  });

  test('that is not answered is given up, and those beside it are not', async () => {
    const { store, faults } = await start({ timeoutMs: 1_000 });
    faults.onNextAppend({ kind: 'stall' });
    const stalled = store.append('s-1', eventsOf('a'), 'any');
    await faults.called('append', 1);
    await store.append('s-2', eventsOf('b'), 'any');
    await expect(stalled).rejects.toBeInstanceOf(EventStoreUnavailableError);
    expect(await store.readStream('s-1')).toEqual([]);
  });

  test('learns its position where the server does not say it', async () => {
    const { store, faults } = await start();
    faults.withoutPositions = true;
    const { revision, position } = await store.append('s-1', eventsOf('a', 'b'), 'no_stream');
    expect({ revision, position }).toMatchObject({
      revision: 1,
      position: (await store.readStream('s-1'))[1]?.position,
    });
  });

  test.each(['new', 'old'] as const)('goes one call each to a server with %s features', async (features) => {
    const { store, faults } = await start({}, { features });
    await Promise.all(['a', 'b', 'c'].map((type) => appendAll(store, 's-1', type)));
    expect([faults.calls.append, faults.calls.batch_append]).toEqual([3, 0]);
  });

  test('of one store is not disturbed by another that loses its connection', async () => {
    const server = await startServer();
    const proxy = await startTcpProxy({ port: server.port });
    cleanUps.push(() => proxy.close());
    const lossy = await open({ connectionString: proxy.through(server.connectionString) });
    const sound = await open({ connectionString: server.connectionString });
    let answer = () => {};
    const until = new Promise<void>((resolve) => (answer = resolve));
    for (let i = 0; i < 2; i++) server.faults.onNextAppend({ kind: 'answer_late', until });
    const appends = [lossy, sound].map((store, i) => store.append(`s-${i}`, eventsOf('a'), 'any'));
    const outcomes = Promise.allSettled(appends);
    await server.faults.called('append', 2);
    proxy.cut();
    await expect(appends[0]).rejects.toBeInstanceOf(EventStoreUnavailableError);
    answer();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test.each<[string, string, string]>([
    ['a stream of the server', '$$s-1', 'a'],
    ['an event type of the server', 's-1', '$metadata'],
  ])('to %s is refused', async (_, stream, type) => {
    const { store, log } = await start();
    const before = log.all.length;
    await expect(appendAll(store, stream, type)).rejects.toBeInstanceOf(RangeError);
    expect(log.all).toHaveLength(before);
  });

  test('of more than the server takes is refused whole, as a fault of the caller', async () => {
    const { store } = await start({}, { appendSizeMax: 1_000 });
    const events = eventsOf('a', 'b').map((event) => ({ ...event, data: { text: 'x'.repeat(600) } }));
    await expect(store.append('s-1', events, 'any')).rejects.toBeInstanceOf(RangeError);
    expect(await store.readStream('s-1')).toEqual([]);
  });
});

describe('a read', () => {
  test('that is not answered is given up in time', async () => {
    const { store, faults } = await start({ timeoutMs: 1_000 });
    faults.stallReads(true);
    const reads = [store.readStream('s-1'), store.readAll({ after: null, limit: 1 }), store.endPosition()];
    for (const { status, reason } of (await Promise.allSettled(reads)) as PromiseRejectedResult[]) {
      expect([status, reason]).toEqual(['rejected', expect.any(EventStoreUnavailableError)]);
    }
    faults.stallReads(false);
    expect(await store.readStream('s-1')).toEqual([]);
  });

  test('of an event that others wrote in another form fails, and says which', async () => {
    const { store, log } = await start();
    log.append('s-1', [stored('binary', 'not JSON')], 'any');
    await expect(store.readStream('s-1')).rejects.toThrow(/of s-1 is no JSON object/);
  });

  test('gives no event of the server, and the end is that of ours', async () => {
    const { store, log } = await start();
    await appendAll(store, 's-1', 'a');
    const { position } = await appendAll(store, 's-2', 'b');
    log.delete('s-2', 'any', false);
    log.append('s-1', [stored('$own')], 'any');
    log.append('$stats-1', [stored('numbers')], 'any');
    const { seen } = await subscribe(store);
    await seen.catchesUp();
    expect(seen.types).toEqual(['a', 'b']);
    expect(typesOf(await store.readAll({ after: null, limit: 10 }))).toEqual(['a', 'b']);
    expect(await store.endPosition()).toBe(position);
    expect(await store.readStream('s-2')).toEqual([]);
    expect((await store.append('s-2', eventsOf('again'), 'no_stream')).revision).toBe(1);
  });
});

describe('a subscription', () => {
  test.each(['error', 'end'] as const)('that the server drops (%s) goes on after what was handled', async (how) => {
    const warn = jest.fn();
    const { store, faults } = await start({ log: { warn } });
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    cleanUps.push(async () => release());
    await store.append('s-1', numbered('n-', 0, 30), 'no_stream');
    const { seen, subscription } = await subscribe(store, { batchMax: 10, onEvents: () => gate });
    await seen.until('the first batch', ({ batches }) => batches.length > 0);
    faults.dropSubscriptions(how);
    await store.append('s-1', numbered('n-', 30, 10), 29);
    await eventually(() => !subscription.isLive());
    release();
    await seen.last('n-39');
    expect(seen.types).toEqual(Array.from({ length: 40 }, (_, i) => `n-${i}`));
    await seen.catchesUp();
    expect(subscription.isLive()).toBe(true);
    expect(seen.sideBySide).toBe(1);
    expect(faults.calls.subscribe).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('is not live while the network swallows everything, and then goes on', async () => {
    const server = await startServer();
    const proxy = await startTcpProxy({ port: server.port });
    cleanUps.push(() => proxy.close());
    const store = await open({ connectionString: proxy.through(server.connectionString), timeoutMs: 1_000 });
    const other = await open({ connectionString: server.connectionString });
    const { seen, subscription } = await subscribe(store);
    await seen.catchesUp();
    proxy.stall();
    await appendAll(other, 's-1', 'during');
    await eventually(() => !subscription.isLive());
    expect(seen.types).toEqual([]);
    proxy.restore();
    await seen.last('during');
    await eventually(() => subscription.isLive());
    await appendAll(store, 's-1', 'after');
    await seen.last('after');
    expect(seen.types).toEqual(['during', 'after']);
  });

  test('that says nothing, while the server answers and has events for it, is opened anew', async () => {
    const warn = jest.fn();
    const { store, faults } = await start({ timeoutMs: 1_000, log: { warn } });
    const { seen } = await subscribe(store);
    await seen.catchesUp();
    faults.muteSubscriptions(true);
    await appendAll(store, 's-1', 'a');
    await faults.called('subscribe', 2);
    expect(seen.types).toEqual([]);
    expect(warn.mock.calls).toEqual([
      [{ reason: 'the subscription has fallen silent', delayMs: expect.any(Number) }, expect.any(String)],
    ]);
    faults.muteSubscriptions(false);
    await seen.last('a');
    expect(seen.types).toEqual(['a']);
  });

  test('that has nothing to say stays as it is, and learns how far there is nothing', async () => {
    const { store, faults } = await start({ timeoutMs: 1_000 });
    const { seen, subscription } = await subscribe(store, { streamPrefixes: ['webhook-'] });
    await seen.catchesUp();
    const { position } = await store.append('other-1', numbered('n-', 0, 5), 'any');
    await seen.until('the position at the end', () => seen.position === position);
    const reads = faults.calls.read;
    await faults.called('read', reads + 1);
    expect([faults.calls.subscribe, subscription.isLive(), seen.batches]).toEqual([
      1,
      true,
      [{ events: [], position }],
    ]);
  });

  test.each([799, 800, 801])('may be resumed from every position it gave among %i events of others', async (count) => {
    const { store, log } = await start();
    // The server looks through 200 at a time. Where the last of them ends a page, its checkpoint is the very place at
    // which the next event will begin.
    const others = Array.from({ length: count - log.all.length }, () => stored('other'));
    log.append('other-1', others, 'any');
    const streamPrefixes = ['webhook-'];
    const { seen } = await subscribe(store, { streamPrefixes });
    await seen.catchesUp();
    await appendAll(store, 'webhook-1', 'wanted');
    await seen.last('wanted');
    const passing = seen.batches.filter(({ events }) => events.length === 0);
    expect(passing.length).toBeGreaterThan(1);
    for (const { position } of passing) {
      const resumed = await subscribe(store, { streamPrefixes, after: position });
      await resumed.seen.catchesUp();
      expect(resumed.seen.types).toEqual(['wanted']);
    }
  });

  test('with a slow handler gives no position beyond events that are still to come', async () => {
    const { store, log } = await start();
    for (let i = 0; i < 150; i++) log.append(`${i % 5 === 4 ? 'other' : 'webhook'}-1`, [stored(`n-${i}`)], 'any');
    const { seen } = await subscribe(store, { streamPrefixes: ['webhook-'], batchMax: 1 });
    await seen.catchesUp();
    expect(seen.events).toHaveLength(120);
    for (const [i, { position }] of seen.batches.entries()) {
      const next = seen.batches.slice(i + 1).flatMap(({ events }) => events)[0];
      expect(position).toBeLessThan(next?.position ?? position + 1n);
    }
  });

  test('stops at an event that others wrote in another form, after those before it', async () => {
    const { store, log } = await start();
    await appendAll(store, 's-1', 'a');
    log.append('s-1', [stored('list', '[1]')], 'any');
    await appendAll(store, 's-1', 'b');
    const { seen, subscription } = await subscribe(store);
    await seen.until('to be told', ({ stopped }) => stopped.length > 0);
    expect(seen.types).toEqual(['a']);
    expect(String(seen.stopped[0])).toMatch(/of s-1 is no JSON object/);
    expect(subscription.isLive()).toBe(false);
  });

  test('goes on with a server that was restarted with its data', async () => {
    const first = await startEventStoreStandIn();
    const { log, port, connectionString } = first;
    const store = await open({ connectionString });
    const { seen, subscription } = await subscribe(store);
    await appendAll(store, 's-1', 'before');
    await seen.last('before');
    await first.close();
    await eventually(() => !subscription.isLive());
    await startServer({ log, port });
    const events = eventsOf('after');
    await eventually(() => store.append('s-1', events, 0));
    await seen.last('after');
    expect(seen.types).toEqual(['before', 'after']);
  });

  test('can be stopped, and its store closed, while nothing is reachable', async () => {
    const server = await startServer();
    const proxy = await startTcpProxy({ port: server.port });
    cleanUps.push(() => proxy.close());
    const store = await open({ connectionString: proxy.through(server.connectionString) });
    const { seen, subscription } = await subscribe(store);
    await seen.catchesUp();
    proxy.cut();
    await eventually(() => !subscription.isLive());
    await subscription.stop();
    await store.close();
    proxy.restore();
    expect(seen.stopped).toEqual([]);
    expect(server.faults.calls.subscribe).toBe(1);
  });
});

describe('the store', () => {
  test('is not made where no server answers', async () => {
    const server = await startEventStoreStandIn();
    await server.close();
    const making = createEventStoreDb({ connectionString: server.connectionString });
    await expect(making).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('sees only its own namespace', async () => {
    const server = await startServer();
    const names = ['', 'one-', 'two-'];
    const stores = await Promise.all(
      names.map((namespace) => open({ connectionString: server.connectionString, namespace })),
    );
    const [, one, two] = stores;
    const { position } = await appendAll(one!, 's-1', 'a');
    await appendAll(two!, 's-1', 'b');
    const { seen } = await subscribe(one!);
    await seen.catchesUp();
    expect(seen.events).toEqual(await one!.readStream('s-1'));
    expect(await one!.readAll({ after: null, limit: 10 })).toEqual(seen.events);
    expect(seen.events.map(({ streamId, type }) => [streamId, type])).toEqual([['s-1', 'a']]);
    expect(await one!.endPosition()).toBe(position);
    expect(await stores[0]!.readAll({ after: null, limit: 10, streamPrefixes: ['two-'] })).toHaveLength(1);
  });

  test('speaks TLS with a name and a password, and tells neither when they are refused', async () => {
    const { key, cert, caPem } = await serverCertificate();
    const folder = await mkdtemp(join(tmpdir(), 'esdb-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, caPem);
    const server = await startServer({ tls: { key, cert }, credentials: { username: 'ops', password: 'right' } });
    const at = (password: string, ca = true) =>
      `esdb://ops:${password}@localhost:${server.port}?tls=true${ca ? `&tlsCAFile=${encodeURIComponent(caFile)}` : ''}`;
    const store = await open({ connectionString: at('right') });
    await appendAll(store, 's-1', 'a');
    const { seen } = await subscribe(store);
    await seen.last('a');
    const refused = await createEventStoreDb({ connectionString: at('hunter2') }).catch((error: Error) => error);
    expect(refused).toMatchObject({ type: 'access-denied' });
    expect(JSON.stringify([String(refused), refused])).not.toContain('hunter2');
    const untrusted = createEventStoreDb({ connectionString: at('right', false) });
    await expect(untrusted).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test.each([
    'https://ops:hunter2@localhost',
    'esdb://ops:hunter2@',
    'esdb://ops:hunter2@localhost:port',
    'esdb://ops:hunter2@localhost?tlsVerifyCert=false',
    'esdb://ops:hunter2@localhost?unheard=of',
    'esdb://ops:hunter2@localhost?tls=maybe',
    'esdb://ops:hunter2@localhost?tlsCAFile=/none/such.pem',
  ])('refuses the connection string %s without repeating it', async (connectionString) => {
    const print = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const refused = await createEventStoreDb({ connectionString }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(RangeError);
    expect(String(refused)).not.toContain('hunter2');
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });
});
