import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Refusal } from '@arkan/kernel';
import { EventStoreUnavailableError, type EventStore } from '@arkan/ports';
import { firstBreak, systemMeta, tenantCodec, tenantDecider, tenantStream } from '@arkan/registry-domain';
import { createTestInfrastructure, type TestInfrastructure } from '@arkan/testing';
import { createCommandHandler } from './command-handler';

let infrastructure: TestInfrastructure;
beforeAll(async () => {
  infrastructure = await createTestInfrastructure();
});
afterAll(() => infrastructure?.close());

const meta = (tenantId: string) => systemMeta(tenantId, '2026-01-01T00:00:00.000Z', null);
const handlerOn = (eventStore: EventStore) =>
  createCommandHandler({ eventStore, decider: tenantDecider, codec: tenantCodec, newEventId: randomUUID });
const create = (tenantId: string) => () => ({
  type: 'CreateTenant' as const,
  meta: meta(tenantId),
  tenantId,
  name: 'x',
});
const refuse = (tenantId: string, detail: string) => () => ({
  type: 'RecordRefusal' as const,
  meta: meta(tenantId),
  refusal: { operation: 'x', code: 'x', detail, count: 1 },
});

/** Of the store, with some of its calls overridden. */
const storeWith = (changed: Partial<EventStore>): EventStore => ({
  append: (...args) => infrastructure.eventStore.append(...args),
  readStream: (...args) => infrastructure.eventStore.readStream(...args),
  readAll: (options) => infrastructure.eventStore.readAll(options),
  endPosition: () => infrastructure.eventStore.endPosition(),
  subscribe: (options) => infrastructure.eventStore.subscribe(options),
  close: async () => undefined,
  ...changed,
});

describe('a command on a stream', () => {
  test('that other processes write to as well is decided on what they wrote, and the chain stays whole', async () => {
    const stream = tenantStream('shared');
    const handlers = [handlerOn(infrastructure.eventStore), handlerOn(infrastructure.eventStore)];
    await handlers[0]!.execute(stream, create('shared'));
    // Four at once: each can lose to three others at most, which is within its five tries.
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        Array.from({ length: 4 }, (_, n) => handlers[n % 2]!.execute(stream, refuse('shared', `no. ${round}.${n}`))),
      );
    }
    const events = await infrastructure.eventStore.readStream(stream);
    expect(events).toHaveLength(21);
    expect(firstBreak(events)).toBeNull();
  });

  test('gives up after five conflicts, with nothing written', async () => {
    const stream = tenantStream('contended');
    const rival = handlerOn(infrastructure.eventStore);
    await rival.execute(stream, create('contended'));
    let tries = 0;
    const contended = handlerOn(
      storeWith({
        append: async (...args) => {
          tries++;
          await rival.execute(stream, refuse('contended', 'the rival'));
          return infrastructure.eventStore.append(...args);
        },
      }),
    );
    await expect(contended.execute(stream, refuse('contended', 'mine'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(tries).toBe(5);
    const events = await infrastructure.eventStore.readStream(stream);
    expect(events.filter((event) => event.data.detail === 'mine')).toEqual([]);
  });

  test('whose answer is lost is written once', async () => {
    const stream = tenantStream('lost');
    let lost = 0;
    const handler = handlerOn(
      storeWith({
        append: async (...args) => {
          const result = await infrastructure.eventStore.append(...args);
          if (lost++ < 2) throw new EventStoreUnavailableError('the answer was lost');
          return result;
        },
      }),
    );
    const { position } = await handler.execute(stream, create('lost'));
    expect(await infrastructure.eventStore.readStream(stream)).toMatchObject([{ type: 'TenantCreated', position }]);
    await handler.execute(stream, refuse('lost', 'goes on'));
    expect(firstBreak(await infrastructure.eventStore.readStream(stream))).toBeNull();
  });

  test('fails where the store stays away, and does not block the next one', async () => {
    const stream = tenantStream('away');
    let away = true;
    const handler = handlerOn(
      storeWith({
        append: async (...args) => {
          if (away) throw new EventStoreUnavailableError('gone');
          return infrastructure.eventStore.append(...args);
        },
      }),
    );
    await expect(handler.execute(stream, create('away'))).rejects.toThrow(EventStoreUnavailableError);
    away = false;
    await handler.execute(stream, create('away'));
  });

  test('that decides nothing tells where the stream stands', async () => {
    const handler = handlerOn(infrastructure.eventStore);
    expect(await handler.execute(tenantStream('nothing'), refuse('nothing', 'x'))).toEqual({
      state: { kind: 'absent' },
      events: [],
      position: null,
    });
  });

  test('waits for its turn, up to a bound', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const handler = handlerOn(infrastructure.eventStore);
    const stream = tenantStream('queue');
    const first = handler.execute(stream, async () => {
      await held;
      return create('queue')();
    });
    const waiting = Array.from({ length: 199 }, () => handler.execute(stream, refuse('queue', 'x')));
    await expect(handler.execute(stream, refuse('queue', 'one too many'))).rejects.toBeInstanceOf(Refusal);
    release();
    await Promise.all([first, ...waiting]);
    expect(await infrastructure.eventStore.readStream(stream)).toHaveLength(200);
  });
});
