import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BusTimeoutError } from '@arkan/ports';
import { connect, type Socket } from 'node:net';
import { startKafka, whereKafkaRuns } from './broker.fixture';
import { createKafkaBus } from './bus';

const text = (value: string) => ({ topic: 'lost-answers', key: 'k', value: Buffer.from(value) });

await whereKafkaRuns('a publisher whose answers are lost', () => {
  describe('a publisher whose answers are lost', () => {
    let broker: Awaited<ReturnType<typeof startKafka>>;
    beforeAll(async () => {
      broker = await startKafka();
    });
    afterAll(() => broker?.stop());

    test('says so in time, and what it publishes next is not taken for a repetition', async () => {
      const sockets: Socket[] = [];
      let isDeaf = false;
      const bus = await createKafkaBus({
        brokers: broker.brokers,
        clientId: 'deaf',
        requestTimeoutMs: 200,
        // Longer than its tries take: they end before the answers are let through again.
        callTimeoutMs: 10_000,
        socketFactory({ host, port, onConnect }) {
          const socket = connect({ host, port }, onConnect);
          sockets.push(socket);
          if (isDeaf) socket.pause();
          return socket;
        },
      });
      const control = await createKafkaBus({ brokers: broker.brokers, clientId: 'control' });
      try {
        await bus.ensureTopics([{ name: 'lost-answers', partitions: 1, cleanup: 'delete' }]);
        await bus.publish([text('before')]);
        isDeaf = true;
        for (const socket of sockets) socket.pause();
        const start = Date.now();
        // One is under way, one waits behind it: neither waits for ever.
        const calls = [bus.publish([text('unsure')])];
        await new Promise<void>((resolve) => setImmediate(resolve));
        calls.push(bus.publish([text('behind it')]));
        for (const call of await Promise.allSettled(calls)) {
          expect(call).toMatchObject({ status: 'rejected', reason: expect.any(BusTimeoutError) });
        }
        expect(Date.now() - start).toBeLessThan(10_000);
        isDeaf = false;
        for (const socket of sockets) socket.resume();
        await bus.publish([text('next')]);

        const values: string[] = [];
        const tail = await control.tail({
          topics: ['lost-answers'],
          onMessages: (messages) => void values.push(...messages.map((message) => message.value!.toString())),
        });
        await tail.reached(await control.endOffsets(['lost-answers']), 10_000);
        // The broker had it: only its answer was lost. Repetitions of it have the same number, and are dropped.
        expect(values).toEqual(['before', 'unsure', 'next']);
      } finally {
        await Promise.all([bus.close(), control.close()]);
      }
    });
  });
});
