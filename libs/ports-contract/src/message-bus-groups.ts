import { describe, expect, test } from '@jest/globals';
import type { MessageBus } from '@arkan/ports';
import { deferred, filled, spread, text, valuesOf, within, type Bench } from './message-bus-harness';
import { partitionsOf, startMembers } from './message-bus-members';

export function groupCases(bench: Bench): void {
  describe('groups', () => {
    test('each get everything, a new one from the earliest message kept', async () => {
      const topic = await bench.topic({ partitions: 2 });
      const early = await bench.consume(topic);
      const sent = spread(topic, 'v', 40);
      await bench.bus.publish(sent);
      await early.has(...valuesOf(sent));
      const late = await bench.consume(topic);
      await late.has(...valuesOf(sent));
      await bench.bus.publish([text(topic, 'k', 'live')]);
      await Promise.all([early.has('live'), late.has('live')]);
      expect([early.messages.length, late.messages.length]).toEqual([41, 41]);
    });

    test('may read several topics', async () => {
      const topics = [await bench.topic(), await bench.topic({ partitions: 2 })];
      const reader = bench.recorder();
      await bench.bus.consume({ group: bench.group(), topics, onBatch: async (messages) => reader.add(messages) });
      await bench.bus.publish(topics.flatMap((topic) => spread(topic, `${topic}:`, 20)));
      await reader.has(...topics.flatMap((topic) => valuesOf(spread(topic, `${topic}:`, 20))));
    });

    test('are called for one partition at a time, in order, with no more than batchMax', async () => {
      const topic = await bench.topic({ partitions: 3 });
      const sent = spread(topic, 'v', 300);
      await bench.bus.publish(sent);
      const busy = new Set<number>();
      const faults: string[] = [];
      const reader = bench.recorder();
      await bench.consume(topic, {
        batchMax: 7,
        async onBatch(messages) {
          const { partition } = messages[0]!;
          if (busy.has(partition)) faults.push(`two calls at once for ${partition}`);
          busy.add(partition);
          if (messages.length > 7) faults.push(`${messages.length} messages`);
          if (messages.some((m) => m.partition !== partition)) faults.push('mixed partitions');
          if (messages.some((m, i) => i > 0 && m.offset <= messages[i - 1]!.offset)) faults.push('out of order');
          await bench.bus.committedOffsets('nobody', [topic]);
          busy.delete(partition);
          reader.add(messages);
        },
      });
      await reader.has(...valuesOf(sent));
      expect(faults).toEqual([]);
    });

    test('commit what was handled: lag is zero after the last', async () => {
      const topic = await bench.topic({ partitions: 2 });
      const group = bench.group();
      expect(filled(await bench.bus.committedOffsets(group, [topic]))).toEqual({});
      await bench.bus.publish(spread(topic, 'v', 64));
      const reader = await bench.consume(topic, { group });
      await reader.has(...valuesOf(spread(topic, 'v', 64)));
      await reader.consumer.stop();
      expect(filled(await bench.bus.committedOffsets(group, [topic]))).toEqual(
        filled(await bench.bus.endOffsets([topic])),
      );
    });

    for (const [where, connect] of [
      ['in one process', async () => bench.bus],
      ['in two processes', () => bench.connect()],
    ] as const) {
      test(`two members ${where} share the partitions, and no message is with both`, () => sharing(bench, connect));
      test(`a member ${where} that leaves hands over, and nothing committed comes again`, () =>
        leaving(bench, connect));
    }

    test('a paused member takes nothing until it resumes', async () => {
      const topic = await bench.topic();
      const [paused, control] = [await bench.consume(topic), await bench.consume(topic)];
      await bench.bus.publish([text(topic, 'k', 'before')]);
      await Promise.all([paused.has('before'), control.has('before')]);
      paused.consumer.pause();
      for (const value of ['one', 'two', 'three']) {
        await bench.bus.publish([text(topic, 'k', value)]);
        await control.has(value);
      }
      expect(paused.values).toEqual(['before']);
      paused.consumer.resume();
      await paused.has('three');
      expect(paused.values).toEqual(['before', 'one', 'two', 'three']);
    });

    test('stop waits for the call under way, and commits it', async () => {
      const topic = await bench.topic();
      const group = bench.group();
      const [entered, gate] = [deferred<AbortSignal>(), deferred()];
      const reader = await bench.consume(topic, {
        group,
        async onBatch(_messages, signal) {
          entered.resolve(signal);
          await gate.promise;
        },
      });
      await bench.bus.publish([text(topic, 'k', 'slow')]);
      const signal = await within(bench.waitMs, 'the call', entered.promise);
      expect(signal.aborted).toBe(false);
      let stopped = false;
      const stopping = reader.consumer.stop().then(() => (stopped = true));
      const ends = await bench.bus.endOffsets([topic]);
      expect({ stopped, aborted: signal.aborted }).toEqual({ stopped: false, aborted: true });
      gate.resolve();
      await within(bench.waitMs, 'the stop', stopping);
      expect(filled(await bench.bus.committedOffsets(group, [topic]))).toEqual(filled(ends));
      await reader.consumer.stop();
    });
  });

  rejectionCases(bench);
}

function rejectionCases(bench: Bench): void {
  describe('a handler that fails', () => {
    test.each<[string, () => Promise<void>]>([
      ['rejects', () => Promise.reject(new Error('database gone'))],
      // kafkajs gives up for good on these.
      ['rejects with a TypeError', () => Promise.reject(new TypeError('x is not a function'))],
      [
        'throws before its first await',
        () => {
          throw new SyntaxError('unexpected token');
        },
      ],
    ])('and %s gets the same batch again, then the next; nothing is lost', async (_name, fail) => {
      const topic = await bench.topic();
      const group = bench.group();
      const [seen, errors]: [string[][], unknown[]] = [[], []];
      const reader = bench.recorder();
      const { consumer } = await bench.consume(topic, {
        group,
        batchMax: 2,
        onBatch(messages) {
          seen.push(messages.map((m) => m.value!.toString()));
          if (seen.length <= 2) return fail();
          reader.add(messages);
          return Promise.resolve();
        },
        onError: (error) => errors.push(error),
      });
      await bench.bus.publish([text(topic, 'k', 'a'), text(topic, 'k', 'b')]);
      await reader.has('a', 'b');
      await bench.bus.publish([text(topic, 'k', 'c')]);
      await reader.has('c');
      expect(seen).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
      expect(errors).toHaveLength(2);
      await consumer.stop();
      expect(filled(await bench.bus.committedOffsets(group, [topic]))).toEqual(
        filled(await bench.bus.endOffsets([topic])),
      );
    });

    test('has nothing committed: the next member gets the batch', async () => {
      const topic = await bench.topic();
      const group = bench.group();
      const failed = deferred();
      const first = await bench.consume(topic, {
        group,
        onBatch: () => Promise.reject(new Error('no')),
        onError: () => failed.resolve(),
      });
      await bench.bus.publish([text(topic, 'k', 'kept')]);
      await within(bench.waitMs, 'the failure', failed.promise);
      await first.consumer.stop();
      const second = await bench.consume(topic, { group });
      await second.has('kept');
    });
  });
}

async function sharing(bench: Bench, connect: () => Promise<MessageBus>): Promise<void> {
  const members = await startMembers(bench);
  const recorders = [(await members.join(bench.bus)).recorder, (await members.join(await connect())).recorder];
  await members.settle(recorders);
  const before = recorders.map((recorder) => recorder.messages.length);
  const sent = spread(members.topic, 'v', 400);
  await bench.bus.publish(sent);
  await members.all.has(...valuesOf(sent));
  const fresh = recorders.map((recorder, i) => recorder.messages.slice(before[i]));
  expect(fresh.flatMap(partitionsOf).sort()).toEqual([0, 1, 2, 3]);
  expect(
    fresh
      .flat()
      .map((message) => message.value!.toString())
      .sort(),
  ).toEqual(valuesOf(sent).sort());
  expect(members.twice).toEqual([]);
}

async function leaving(bench: Bench, connect: () => Promise<MessageBus>): Promise<void> {
  const members = await startMembers(bench);
  const leaver = await members.join(await connect());
  const stayer = await members.join(bench.bus);
  await members.settle([leaver.recorder, stayer.recorder]);
  await leaver.consumer.stop();
  const [left, had] = [leaver.recorder.messages.length, stayer.recorder.messages.length];
  const sent = spread(members.topic, 'after-', 64);
  await bench.bus.publish(sent);
  await stayer.recorder.has(...valuesOf(sent));
  expect(leaver.recorder.messages).toHaveLength(left);
  expect(stayer.recorder.values.slice(had).sort()).toEqual(valuesOf(sent).sort());
}
