import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  InvalidMessageError,
  type IncomingMessage,
  type MessageBus,
  type Outbox,
  type OutgoingMessage,
  type SqlExecutor,
} from '@arkan/ports';
import { Recorder, text, uniqueName, valuesOf, within } from './message-bus-harness';

export interface OpenTransaction extends SqlExecutor {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface OutboxHarness {
  /** Where the messages arrive. */
  readonly bus: MessageBus;
  begin(): Promise<OpenTransaction>;
  /** A started outbox in a process of its own. The suite stops it. */
  connect(): Promise<Outbox>;
  /** Of the bus, as the outboxes see it; the database is there. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  /** What is published next reaches the bus, and the process that published it ends before it can note so. */
  crashAfterPublish?(): { happened: Promise<void> };
  close(): Promise<void>;
}

export interface OutboxContractOptions {
  create(): Promise<OutboxHarness>;
  /** What there is not, with the reason: reported as skipped with it. */
  missing?: Partial<Record<'outage' | 'crashAfterPublish', string>>;
  waitMs?: number;
}

/** What every adapter of the Outbox port must do. Call it at the top of a spec file. */
export function outboxContract(name: string, { create, missing, waitMs = 20_000 }: OutboxContractOptions): void {
  describe(`outbox: ${name}`, () => {
    let harness: OutboxHarness;
    let outbox: Outbox;
    let topic: string;
    let reader: Recorder;
    let stops: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      harness = await create();
    });
    afterAll(() => harness?.close());
    beforeEach(async () => {
      outbox = await connect();
      topic = uniqueName('topic');
      await harness.bus.ensureTopics([{ name: topic, partitions: 2, cleanup: 'delete' }]);
      reader = new Recorder(waitMs);
      const tail = await harness.bus.tail({ topics: [topic], onMessages: (messages) => reader.add(messages) });
      stops.push(() => tail.stop());
    });
    afterEach(async () => {
      for (const stop of stops.reverse()) await stop();
      stops = [];
    });

    async function connect(): Promise<Outbox> {
      const connected = await harness.connect();
      stops.push(() => connected.stop());
      return connected;
    }
    async function inTransaction(on: Outbox, messages: readonly OutgoingMessage[]): Promise<void> {
      const tx = await harness.begin();
      const receipt = await on.enqueue(tx, messages);
      await tx.commit();
      on.committed(receipt);
    }
    const whereIt = (capability: 'outage' | 'crashAfterPublish', title: string, run: () => Promise<void>) => {
      const reason = missing?.[capability];
      if (reason === undefined) test(title, run);
      else test.skip(`${title} (skipped: ${reason})`, run);
    };

    test('what is committed arrives, byte for byte', async () => {
      const sent: OutgoingMessage[] = [
        { ...text(topic, 'Mieter-ü', ''), headers: { a: '', 'x-ü': '東京' } },
        { ...text(topic, 'k', 'binary'), value: Buffer.from([0, 255, 128, 10, 0]) },
        { ...text(topic, 'k', 'large'), value: Buffer.alloc(1_048_576, 'x') },
      ];
      const tx = await harness.begin();
      const receipt = await outbox.enqueue(tx, sent);
      expect(receipt.messageCount).toBe(3);
      await tx.commit();
      outbox.committed(receipt);
      await reader.until('all of them', ({ messages }) => messages.length >= 3);
      for (const { key, value, headers } of sent) {
        const got = reader.messages.find((message) => message.value!.equals(value!))!;
        expect({ key: got.key, headers: got.headers }).toEqual({ key, headers: headers ?? {} });
      }
    });

    test('nobody need be told: a lost signal loses no message', async () => {
      const tx = await harness.begin();
      await outbox.enqueue(tx, [text(topic, 'k', 'quiet')]);
      await tx.commit();
      await reader.has('quiet');
    });

    test('nothing arrives before the commit, and nothing after a rollback', async () => {
      const [open, undone] = [await harness.begin(), await harness.begin()];
      await outbox.enqueue(undone, [text(topic, 'k', 'undone')]);
      await undone.rollback();
      const receipt = await outbox.enqueue(open, [text(topic, 'k', 'open')]);
      const elsewhere = uniqueName('topic');
      await harness.bus.ensureTopics([{ name: elsewhere, partitions: 1, cleanup: 'delete' }]);
      const control = new Recorder(waitMs);
      const tail = await harness.bus.tail({ topics: [elsewhere], onMessages: (messages) => control.add(messages) });
      await harness.bus.publish([text(elsewhere, 'k', 'meanwhile')]);
      await control.has('meanwhile');
      await tail.stop();
      expect(reader.values).toEqual([]);
      await open.commit();
      outbox.committed(receipt);
      await inTransaction(outbox, [text(topic, 'k', 'later')]);
      await reader.has('open', 'later');
      expect(reader.values).toEqual(['open', 'later']);
    });

    test('a refused message leaves the transaction as it was', async () => {
      const tx = await harness.begin();
      await expect(outbox.enqueue(tx, [text(topic, 'k'.repeat(2_000), 'v')])).rejects.toThrow(InvalidMessageError);
      outbox.committed(await outbox.enqueue(tx, [text(topic, 'k', 'taken')]).finally(() => tx.commit()));
      await reader.has('taken');
    });

    test('several enqueues of one transaction and many messages keep their order', async () => {
      const sent = Array.from({ length: 2_000 }, (_, i) => text(topic, 'k', `v${i}`));
      const tx = await harness.begin();
      const receipts = [await outbox.enqueue(tx, sent.slice(0, 1_000)), await outbox.enqueue(tx, sent.slice(1_000))];
      await tx.commit();
      outbox.committed(...receipts);
      await reader.has(...valuesOf(sent));
      expect(reader.values).toEqual(valuesOf(sent));
    });

    test('messages of a key arrive in the order of their transactions, from several processes at once', async () => {
      const outboxes = [outbox, await connect()];
      const keys = ['a', 'b', 'c', 'd'];
      const rounds = 15;
      const worker = async (on: Outbox, key: string) => {
        for (let round = 0; round < rounds; round++) {
          const tx = await harness.begin();
          // The key's own row is what puts its transactions in order, as a stream or an aggregate would.
          const { rows } = await tx.query<{ n: number }>(
            `insert into outbox_contract as c (name, n) values ($1, 1)
             on conflict (name) do update set n = c.n + 1 returning n`,
            [`${topic} ${key}`],
          );
          const receipt = await on.enqueue(tx, [text(topic, key, `${key}${rows[0]!.n}`)]);
          await tx.commit();
          on.committed(receipt);
        }
      };
      const tx = await harness.begin();
      await tx.query('create table if not exists outbox_contract (name text primary key, n int not null)');
      await tx.commit();
      await Promise.all(outboxes.flatMap((on) => keys.map((key) => worker(on, key))));
      const all = rounds * outboxes.length;
      await reader.until('all of them', ({ messages }) => messages.length >= all * keys.length);
      for (const key of keys) {
        expect(valuesOfKey(reader.messages, key)).toEqual(Array.from({ length: all }, (_, i) => `${key}${i + 1}`));
      }
    });

    test('another process goes on where one has stopped', async () => {
      const other = await connect();
      await inTransaction(other, [text(topic, 'k', 'first')]);
      await reader.has('first');
      await outbox.stop();
      await outbox.stop();
      await inTransaction(other, [text(topic, 'k', 'second')]);
      await reader.has('second');
      expect(reader.values).toEqual(['first', 'second']);
    });

    whereIt('outage', 'what is committed while the bus is out of reach arrives when it is back, in order', async () => {
      await inTransaction(outbox, [text(topic, 'k', 'before')]);
      await reader.has('before');
      await harness.outage!.begin();
      for (const value of ['one', 'two', 'three']) await inTransaction(outbox, [text(topic, 'k', value)]);
      await harness.outage!.end();
      await reader.has('one', 'two', 'three');
      expect(reader.values).toEqual(['before', 'one', 'two', 'three']);
    });

    whereIt(
      'crashAfterPublish',
      'what a crashed process had published and not noted comes again, none is lost',
      async () => {
        const { happened } = harness.crashAfterPublish!();
        await inTransaction(outbox, [text(topic, 'k', 'one'), text(topic, 'k', 'two')]);
        await within(waitMs, 'the crash', happened);
        const successor = await connect();
        await inTransaction(successor, [text(topic, 'k', 'three')]);
        await reader.has('three');
        expect(reader.values).toEqual(['one', 'two', 'one', 'two', 'three']);
      },
    );
  });
}

function valuesOfKey(messages: readonly IncomingMessage[], key: string): string[] {
  return messages.filter((message) => message.key === key).map((message) => message.value!.toString());
}
