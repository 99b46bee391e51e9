import type { Consumer, IncomingMessage, MessageBus } from '@arkan/ports';
import { spread, valuesOf, type Bench, type Recorder } from './message-bus-harness';

/** The members of one group on one topic, and what they got, each and together. */
export interface Members {
  readonly topic: string;
  readonly all: Recorder;
  /** Messages that were with two members at once. */
  readonly twice: string[];
  join(bus: MessageBus): Promise<{ recorder: Recorder; consumer: Consumer }>;
  /** Publishes rounds until one was shared evenly: then the group has settled. */
  settle(recorders: readonly Recorder[]): Promise<void>;
}

const partitions = 4;

export async function startMembers(bench: Bench): Promise<Members> {
  const topic = await bench.topic({ partitions });
  const group = bench.group();
  const all = bench.recorder();
  const inHand = new Set<string>();
  const twice: string[] = [];

  return {
    topic,
    all,
    twice,
    async join(bus) {
      const recorder = bench.recorder();
      const consumer = await bus.consume({
        group,
        topics: [topic],
        batchMax: 10,
        async onBatch(messages) {
          const ids = messages.map((message) => `${message.partition}/${message.offset}`);
          twice.push(...ids.filter((id) => inHand.has(id)));
          ids.forEach((id) => inHand.add(id));
          await bus.committedOffsets('nobody', [topic]);
          ids.forEach((id) => inHand.delete(id));
          recorder.add(messages);
          all.add(messages);
        },
      });
      return { recorder, consumer };
    },
    async settle(recorders) {
      const deadline = Date.now() + bench.waitMs;
      for (let round = 0; Date.now() < deadline; round++) {
        const before = recorders.map((recorder) => recorder.messages.length);
        const sent = spread(topic, `settle-${round}-`, 32);
        await bench.bus.publish(sent);
        await all.has(...valuesOf(sent));
        const shares = recorders.map((recorder, i) => partitionsOf(recorder.messages.slice(before[i])));
        if (shares.every((share) => share.length === partitions / recorders.length)) return;
      }
      throw new Error(`the ${recorders.length} members did not come to even shares`);
    },
  };
}

export const partitionsOf = (messages: readonly IncomingMessage[]) =>
  [...new Set(messages.map((message) => message.partition))].sort();
