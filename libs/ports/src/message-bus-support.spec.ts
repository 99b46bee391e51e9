import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import {
  InvalidMessageError,
  TailPositions,
  assignPartitions,
  checkMessages,
  checkSameTopic,
  retryDelayMs,
} from './message-bus-support';
import { BusTimeoutError, BusUnavailableError, type OutgoingMessage, type TopicSpec } from './message-bus';

const message = (over: Partial<OutgoingMessage>): OutgoingMessage => ({
  topic: 't',
  key: 'k',
  value: Buffer.from('v'),
  ...over,
});

describe('the limits of a message', () => {
  test.each([
    ['a key of 1 KiB', message({ key: 'k'.repeat(1_024) }), null],
    ['a key of more', message({ key: 'k'.repeat(1_025) }), /key of more than 1024 bytes/],
    ['a key that is too long in UTF-8 only', message({ key: '€'.repeat(342) }), /key of more than 1024 bytes/],
    ['1 MiB with the headers', message({ value: Buffer.alloc(1_048_574), headers: { a: 'b' } }), null],
    ['more with the headers', message({ value: Buffer.alloc(1_048_575), headers: { a: 'b' } }), /1048577 bytes/],
    ['a header that is no text', message({ headers: { a: 1 as unknown as string } }), /header a is no text/],
    ['no key', message({ key: undefined as unknown as string }), /has no key/],
  ])('%s', (_name, tried, refusal) => {
    const check = () => checkMessages([tried]);
    if (refusal) expect(check).toThrow(refusal);
    else expect(check).not.toThrow();
  });

  test('more than 1,000 messages in a call are refused', () => {
    expect(() => checkMessages(Array.from({ length: 1_001 }, () => message({})))).toThrow(InvalidMessageError);
  });
});

describe('sharing out partitions', () => {
  const share = (members: Record<string, string[]>, topics: Record<string, number>) => {
    const assigned = assignPartitions(
      Object.entries(members).map(([id, read]) => ({ id, topics: read })),
      Object.entries(topics).map(([name, partitions]) => ({ name, partitions })),
    );
    return [...assigned].map(([id, parts]) => `${id}:${parts.map((p) => p.topic + p.partition).join()}`).sort();
  };

  test.each([
    ['one member has all', { a: ['t'] }, { t: 3 }, ['a:t0,t1,t2']],
    ['two share evenly', { b: ['t'], a: ['t'] }, { t: 3 }, ['a:t0,t2', 'b:t1']],
    ['topics of one partition are spread too', { a: ['t', 'u'], b: ['t', 'u'] }, { t: 1, u: 1 }, ['a:t0', 'b:u0']],
    ['more members than partitions', { a: ['t'], b: ['t'] }, { t: 1 }, ['a:t0', 'b:']],
    ['each gets only what it reads', { a: ['t', 'u'], b: ['u'] }, { t: 1, u: 2 }, ['a:t0,u1', 'b:u0']],
    ['a topic nobody reads is nobody’s', { a: ['t'] }, { t: 1, u: 1 }, ['a:t0']],
  ])('%s', (_name, members, topics, expected) => {
    expect(share(members, topics)).toEqual(expected);
  });
});

test.each([
  [1, 0, 100],
  [1, 1, 50],
  [3, 0, 400],
  [50, 0, 5_000],
])('the pause after %d failures, at random %d, is %d ms', (failures, random, expected) => {
  expect(retryDelayMs(failures, 100, random)).toBe(expected);
});

test('a topic with other partitions or cleanup is no match, other retention is', () => {
  const spec: TopicSpec = { name: 't', partitions: 2, cleanup: 'delete', retentionMs: 1 };
  expect(() => checkSameTopic(spec, { ...spec, partitions: 3 })).toThrow(/t exists with 2 partitions.*asked for are 3/);
  expect(() => checkSameTopic(spec, { ...spec, cleanup: 'compact' })).toThrow(/cleanup delete.*compact/);
  expect(() => checkSameTopic(spec, { ...spec, retentionMs: 2 })).not.toThrow();
});

describe('the positions of a tail', () => {
  const at = (offset: bigint, topic = 't') => new Map([[topic, new Map([[0, offset]])]]);

  test('whoever waits is let go by the advance that reaches the offset, not before', async () => {
    const clock = new ManualClock();
    const positions = new TailPositions(clock);
    positions.advance('t', 0, 0n);
    let reached = false;
    const waiting = positions.reached(at(5n), 1_000).then(() => (reached = true));
    positions.advance('t', 0, 4n);
    await Promise.resolve();
    expect(reached).toBe(false);
    positions.advance('t', 0, 5n);
    await waiting;
    clock.advance(10_000);
    expect(positions.snapshot()).toEqual(at(5n));
  });

  test('partitions that it does not read are no reason to wait', async () => {
    const positions = new TailPositions(new ManualClock());
    await expect(positions.reached(at(5n, 'other'), 1_000)).resolves.toBeUndefined();
  });

  test('waiting ends with BusTimeoutError, naming what is missing, and with BusUnavailableError at a stop', async () => {
    const clock = new ManualClock();
    const positions = new TailPositions(clock);
    positions.advance('t', 0, 0n);
    const late = positions.reached(at(5n), 1_000);
    clock.advance(1_000);
    await expect(late).rejects.toThrow(new BusTimeoutError('not reached within 1000 ms: t/0 below 5'));
    const cut = positions.reached(at(5n), 1_000);
    positions.stop();
    await expect(cut).rejects.toThrow(BusUnavailableError);
    await expect(positions.reached(at(5n), 1_000)).rejects.toThrow(BusUnavailableError);
  });
});
