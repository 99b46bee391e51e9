import { describe, expect } from '@jest/globals';
import { BusUnavailableError } from '@arkan/ports';
import { deferred, spread, text, valuesOf, within, type Bench } from './message-bus-harness';
import { startMembers } from './message-bus-members';

export function failureCases(bench: Bench): void {
  describe('when things break', () => {
    bench.whereIt('kill', 'a member that dies hands over: what it had not committed, none of what it had', async () => {
      const topic = await bench.topic();
      const group = bench.group();
      const doomed = await bench.connect();
      const [stuck, gate] = [deferred(), deferred()];
      const first = await bench.consume(topic, {
        on: doomed,
        group,
        batchMax: 1,
        async onBatch(messages) {
          first.add(messages);
          if (messages[0]!.value!.toString() !== 'lost') return;
          stuck.resolve();
          await gate.promise;
        },
      });
      await bench.bus.publish([text(topic, 'k', 'done'), text(topic, 'k', 'lost'), text(topic, 'k', 'next')]);
      // That the second call came says that the first is committed.
      await within(bench.waitMs, 'the second call', stuck.promise);
      await bench.harness.kill!(doomed);
      const second = await bench.consume(topic, { group, batchMax: 1 });
      await second.has('lost', 'next');
      expect(second.values).toEqual(['lost', 'next']);
      gate.resolve();
      await bench.bus.publish([text(topic, 'k', 'after')]);
      await second.has('after');
      expect(first.values).toEqual(['done', 'lost']);
    });

    bench.whereIt('kill', 'the members that are left take over the partitions of one that dies', async () => {
      const members = await startMembers(bench);
      const doomed = await bench.connect();
      const recorders = [(await members.join(doomed)).recorder, (await members.join(bench.bus)).recorder];
      await members.settle(recorders);
      await bench.harness.kill!(doomed);
      const sent = spread(members.topic, 'after-', 64);
      await bench.bus.publish(sent);
      await recorders[1]!.has(...valuesOf(sent));
    });

    bench.whereIt('beginPublish', 'a publish that began first and commits last is never passed over', async () => {
      const [topic, elsewhere] = [await bench.topic(), await bench.topic()];
      const [tail, group] = [await bench.tail(topic), await bench.consume(topic)];
      const unhindered = await bench.tail(elsewhere);
      const open = await bench.harness.beginPublish!([text(topic, 'k', 'slow')]);
      const later = bench.bus.publish([text(topic, 'k', 'quick')]);
      await bench.connect().then((other) => other.publish([text(elsewhere, 'k', 'beside')]));
      await unhindered.has('beside');
      await open.commit();
      await later;
      for (const reader of [tail, group]) {
        await reader.has('slow', 'quick');
        expect(reader.messages).toHaveLength(2);
        expect(reader.messages[0]!.offset).toBeLessThan(reader.messages[1]!.offset);
      }
    });

    bench.whereIt(
      'beginPublish',
      'a publish that is rolled back leaves nothing, not even a gap to wait at',
      async () => {
        const topic = await bench.topic();
        const [tail, group] = [await bench.tail(topic), await bench.consume(topic)];
        const open = await bench.harness.beginPublish!([text(topic, 'k', 'never')]);
        const later = bench.bus.publish([text(topic, 'k', 'after')]);
        await open.rollback();
        await later;
        await tail.tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
        await Promise.all([tail.has('after'), group.has('after')]);
        expect([tail.values, group.values]).toEqual([['after'], ['after']]);
      },
    );

    bench.whereIt(
      'outage',
      'an outage is refused to publishers, and readers go on by themselves after it',
      async () => {
        const unhandled: unknown[] = [];
        const note = (error: unknown) => unhandled.push(error);
        process.on('unhandledRejection', note);
        try {
          const topic = await bench.topic({ partitions: 2 });
          const [tail, group] = [await bench.tail(topic), await bench.consume(topic)];
          const before = spread(topic, 'before-', 40);
          await bench.bus.publish(before);
          await Promise.all([tail, group].map((reader) => reader.has(...valuesOf(before))));
          const { begin, end } = bench.harness.outage!;
          await begin();
          await expect(bench.bus.publish([text(topic, 'k', 'refused')])).rejects.toThrow(BusUnavailableError);
          await expect(bench.bus.endOffsets([topic])).rejects.toThrow(BusUnavailableError);
          await end();
          const after = spread(topic, 'after-', 40);
          await bench.bus.publish(after);
          await Promise.all([tail, group].map((reader) => reader.has(...valuesOf(after))));
          expect(unhandled).toEqual([]);
        } finally {
          process.off('unhandledRejection', note);
        }
      },
    );
  });
}
