import { describe, expect, test } from '@jest/globals';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { letIdleConnectionsRest } from './idle-connections';

letIdleConnectionsRest();

let correlationId = 0;
const sent: number[] = [];
const answered: number[] = [];

const newQueue = (maxInFlightRequests: number | null) =>
  new RequestQueue({
    maxInFlightRequests,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'test',
    logger: { debug: () => undefined, warn: () => undefined },
  });

function push(queue: RequestQueue): number {
  const id = ++correlationId;
  queue.push({
    entry: { correlationId: id, resolve: () => answered.push(id), reject: () => undefined },
    expectResponse: true,
    sendRequest: () => sent.push(id),
  });
  return id;
}

const answer = (queue: RequestQueue, id: number) => queue.fulfillRequest({ correlationId: id, payload: null, size: 0 });

describe('the connections of kafkajs', () => {
  test('plan nothing while nothing waits', () => {
    const queue = newQueue(null);
    answer(queue, push(queue));
    expect(answered).toEqual([correlationId]);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  test('send what waited for an answer', () => {
    const queue = newQueue(1);
    const first = push(queue);
    const second = push(queue);
    expect(sent).not.toContain(second);
    answer(queue, first);
    expect(sent).toContain(second);
    queue.destroy();
  });

  test('send what a broker has asked to hold back, when that time is over', async () => {
    const queue = newQueue(null);
    queue.maybeThrottle(20);
    const held = await new Promise<number>((resolve) => {
      const id = ++correlationId;
      queue.push({
        entry: { correlationId: id, resolve: () => undefined, reject: () => undefined },
        expectResponse: true,
        sendRequest: () => resolve(id),
      });
      expect(queue.pending).toHaveLength(1);
    });
    answer(queue, held);
    queue.destroy();
  });
});
