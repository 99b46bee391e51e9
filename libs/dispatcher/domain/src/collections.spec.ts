import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Fifo, TimeHeap } from './collections';

test('Fifo answers as an array does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(), fc.constant('shift'), fc.constant('drain')), { maxLength: 200 }),
      (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        for (const step of steps) {
          if (step === 'shift') expect(fifo.shift()).toBe(model.shift());
          else if (step === 'drain') {
            expect(fifo.drain()).toEqual(model);
            model = [];
          } else {
            fifo.push(step as number);
            model.push(step as number);
          }
          expect(fifo.size).toBe(model.length);
        }
      },
    ),
  );
});

test('Fifo keeps its order through a long backlog that is worked off slowly', () => {
  const fifo = new Fifo<number>();
  let next = 0;
  for (let i = 0; i < 20_000; i++) {
    fifo.push(i);
    if (i % 3 !== 0) expect(fifo.shift()).toBe(next++);
  }
  for (let item = fifo.shift(); item !== undefined; item = fifo.shift()) expect(item).toBe(next++);
  expect(next).toBe(20_000);
});

test('TimeHeap gives what is due, the earliest first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.nat(100), (times, nowMs) => {
      const heap = new TimeHeap<number>();
      for (const atMs of times) heap.push(atMs, atMs);
      const sorted = [...times].sort((a, b) => a - b);
      expect(heap.earliestMs).toBe(sorted[0] ?? null);
      const due: number[] = [];
      for (let atMs = heap.shiftDue(nowMs); atMs !== undefined; atMs = heap.shiftDue(nowMs)) due.push(atMs);
      expect(due).toEqual(sorted.filter((atMs) => atMs <= nowMs));
      expect(heap.earliestMs).toBe(sorted.find((atMs) => atMs > nowMs) ?? null);
    }),
  );
});
