import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ManualClock, systemClock } from '@arkan/kernel';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cachedResolver, parseHosts, systemResolver, type SystemResolverOptions } from './resolver';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

type Records = { a?: string[] | 'silent' | 'servfail' | 'nxdomain'; aaaa?: string[] | 'silent' | 'servfail' };

/** A DNS server on 127.0.0.1 that answers for every name alike. Answers with its address and what it was asked. */
async function dnsServer(records: Records): Promise<{ server: string; asked: string[] }> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const nameEnd = query.indexOf(0, 12);
    const type = query.readUInt16BE(nameEnd + 1) === 28 ? 'aaaa' : 'a';
    asked.push(type);
    const answer = records[type] ?? [];
    if (answer === 'silent') return;
    const list = typeof answer === 'string' ? [] : answer;
    const head = Buffer.from(query.subarray(0, nameEnd + 5));
    head.writeUInt16BE(0x8180 | (answer === 'servfail' ? 2 : answer === 'nxdomain' ? 3 : 0), 2);
    head.writeUInt16BE(list.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, ...list.map((text) => resourceRecord(type, text))]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return { server: `127.0.0.1:${(socket.address() as AddressInfo).port}`, asked };
}

/** Points back at the name in the question; lives for 60 s. */
function resourceRecord(type: 'a' | 'aaaa', address: string): Buffer {
  const bytes =
    type === 'a'
      ? address.split('.').map(Number)
      : address.split(':').flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]);
  return Buffer.from([0xc0, 12, 0, type === 'a' ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
}

const resolverOf = (options: Partial<SystemResolverOptions>) =>
  systemResolver({ clock: systemClock, hostsText: '', systemLookup: () => Promise.resolve([]), ...options });
const six = '2606:4700:0:0:0:0:0:1111';

describe('systemResolver', () => {
  test('gives both families, and how long they may be kept', async () => {
    const { server } = await dnsServer({ a: ['1.2.3.4', '1.2.3.5'], aaaa: [six] });
    const { addresses, ttlMs } = await resolverOf({ servers: [server] })('hooks.example.com');
    expect([...addresses].sort()).toEqual(['1.2.3.4', '1.2.3.5', '2606:4700::1111']);
    expect(ttlMs).toBe(60_000);
  });

  test.each<[string, Records]>([
    ['has no records', { a: ['1.2.3.4'] }],
    ['is not answered for', { a: ['1.2.3.4'], aaaa: 'silent' }],
    ['can not be answered for', { a: ['1.2.3.4'], aaaa: 'servfail' }],
  ])('one family is enough where the other %s', async (_, records) => {
    const { server } = await dnsServer(records);
    expect((await resolverOf({ servers: [server] })('hooks.example.com')).addresses).toEqual(['1.2.3.4']);
  });

  test('a name that DNS does not know is looked up by the system, and is unknown where that has nothing', async () => {
    const { server } = await dnsServer({ a: 'nxdomain' });
    const found = resolverOf({ servers: [server], systemLookup: () => Promise.resolve(['10.0.0.7']) });
    expect(await found('printer')).toEqual({ addresses: ['10.0.0.7'], ttlMs: 0 });
    await expect(resolverOf({ servers: [server] })('printer')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a name that DNS fails on is not left to the threads of the system', async () => {
    const { server } = await dnsServer({ a: 'servfail', aaaa: 'servfail' });
    let asked = 0;
    const resolve = resolverOf({ servers: [server], systemLookup: () => Promise.resolve([String(asked++)]) });
    await expect(resolve('hooks.example.com')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    expect(asked).toBe(0);
  });

  test('the hosts file and localhost need no DNS', async () => {
    const { server, asked } = await dnsServer({ a: ['1.2.3.4'] });
    const resolve = resolverOf({ servers: [server], hostsText: '10.0.0.5 Hooks.example.com alias # mine' });
    expect((await resolve('hooks.example.com')).addresses).toEqual(['10.0.0.5']);
    expect((await resolve('alias')).addresses).toEqual(['10.0.0.5']);
    expect((await resolve('a.localhost')).addresses).toEqual(['127.0.0.1', '::1']);
    expect(asked).toEqual([]);
  });

  test('the system is asked for few names at a time, and a bounded number wait', async () => {
    const { server } = await dnsServer({ a: 'nxdomain' });
    const open: ((addresses: string[]) => void)[] = [];
    let twoAsked = () => {};
    const busy = new Promise<void>((resolve) => (twoAsked = resolve));
    const systemLookup = () =>
      new Promise<string[]>((resolve) => {
        open.push(resolve);
        if (open.length === 2) twoAsked();
      });
    const resolve = resolverOf({ servers: [server], systemLookup });
    const answers = Array.from({ length: 140 }, (_, i) =>
      resolve(`name-${i}.example`).then(
        () => 'found',
        () => 'not found',
      ),
    );
    await busy;
    const first = await Promise.race(answers);
    expect(first).toBe('not found');
    expect(open).toHaveLength(2);
    for (let answered = 0; answered < 130; answered++) {
      open[answered]?.(['1.2.3.4']);
      await new Promise((done) => setImmediate(done));
    }
    const ended = await Promise.all(answers);
    expect(ended.filter((answer) => answer === 'found')).toHaveLength(130);
  });
});

test('parseHosts reads what hosts files have', () => {
  const text =
    '127.0.0.1\tlocalhost LOCAL # comment\n::1 localhost\r\n\n#1.1.1.1 no\nnonsense x\nfe80::1%lo0 localhost\n10.0.0.1';
  expect(Object.fromEntries(parseHosts(text))).toEqual({ localhost: ['127.0.0.1', '::1'], local: ['127.0.0.1'] });
});

describe('cachedResolver', () => {
  const counting = (ttlMs: number) => {
    const state = { asked: 0 };
    const resolve = () => Promise.resolve({ addresses: [`10.0.0.${++state.asked}`], ttlMs });
    return { state, resolve };
  };

  test.each([
    ['at most the bound', Infinity, 5_000],
    ['its own time to live', 1_000, 1_000],
    ['not at all', 0, 0],
  ])('keeps an answer for %s', async (_, ttlMs, keptMs) => {
    const clock = new ManualClock();
    const { state, resolve } = counting(ttlMs);
    const cached = cachedResolver(resolve, clock);
    await cached('a');
    if (keptMs > 0) {
      clock.advance(keptMs - 1);
      expect(await cached('a')).toEqual(['10.0.0.1']);
      expect(state.asked).toBe(1);
    }
    clock.advance(1);
    expect(await cached('a')).toEqual(['10.0.0.2']);
  });

  test('asks once for a name that many want, and again after a failure', async () => {
    let fail: (error: Error) => void = () => {};
    let asked = 0;
    const cached = cachedResolver(() => new Promise((_, reject) => (asked++, (fail = reject))), new ManualClock());
    const both = [cached('a'), cached('a')];
    expect(asked).toBe(1);
    fail(new Error('no'));
    await expect(Promise.allSettled(both)).resolves.toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    void cached('a');
    expect(asked).toBe(2);
  });

  test('is bounded in names kept and names asked for', async () => {
    const { state, resolve } = counting(Infinity);
    const limits = { ttlMaxMs: 5_000, entriesMax: 2, underWayMax: 3 };
    const cached = cachedResolver(resolve, new ManualClock(), limits);
    for (const name of ['a', 'b', 'c', 'b', 'a']) await cached(name);
    expect(state.asked).toBe(4);
    const stuck = cachedResolver(() => new Promise(() => undefined), new ManualClock(), limits);
    for (const name of ['a', 'b', 'c']) void stuck(name);
    await expect(stuck('d')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  });
});
