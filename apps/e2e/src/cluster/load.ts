import type { Api } from '../api';

export interface LoadOptions {
  /** Before the number of each event's id. */
  prefix: string;
  /** Type and data of the nth event. */
  eventOf(n: number): { type: string; data: unknown };
  /** Events of one call; 5 unless told. */
  batch?: number;
  /** From the start of one call of an emitter to that of its next; 40 unless told. */
  everyMs?: number;
}

export interface Load {
  /** Ids of the events that were answered with 202, with their types. */
  accepted: Map<string, string>;
  /** 503 and lost connections: each call was repeated until it was accepted. */
  refused(): number;
  /** Resolves when so many were accepted. Rejects as `stop` does, or after 60 s. */
  reached(count: number): Promise<void>;
  /** Takes no new ones, and resolves when those under way are accepted. Rejects where an answer was none that may be given. */
  stop(): Promise<void>;
}

const emitters = 2;
const repeatMs = 100;
const patienceMs = 60_000;

/**
 * Emits as a good emitter does: at a steady pace, the same events again where it got no answer, or one that says to come again, which
 * must be a 503 with Retry-After. It comes sooner than that says, so as to be there when the platform is back.
 */
export function startLoad(producer: Api, options: LoadOptions): Load {
  const { prefix, eventOf, batch = 5, everyMs = 40 } = options;
  const accepted = new Map<string, string>();
  const waiting = new Set<() => void>();
  let next = 0;
  let refused = 0;
  let isStopped = false;

  async function emit(): Promise<void> {
    const events = Array.from({ length: batch }, () => {
      const n = next++;
      return { specversion: '1.0', id: `${prefix}-${n}`, source: '/load', ...eventOf(n) };
    });
    const deadline = performance.now() + patienceMs;
    while (!(await isAccepted(events))) {
      refused++;
      if (performance.now() > deadline) throw new Error(`${events[0]!.id} was not accepted within ${patienceMs} ms`);
      await pause(repeatMs);
    }
    for (const { id, type } of events) accepted.set(id, type);
    for (const look of waiting) look();
  }

  async function isAccepted(events: readonly object[]): Promise<boolean> {
    const reply = await producer
      .post('/v1/events', JSON.stringify(events), { 'content-type': 'application/cloudevents-batch+json' })
      .catch(nullWhereCutOff);
    if (reply === null) return false;
    if (reply.status === 202) return true;
    if (reply.status === 503 && Number(reply.headers.get('retry-after')) > 0) return false;
    throw new Error(`POST /v1/events: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      const dueAt = performance.now() + everyMs;
      await emit();
      await pause(dueAt - performance.now());
    }
  }

  const running = Promise.all(Array.from({ length: emitters }, run)).then(() => undefined);
  running.catch(() => undefined);
  return {
    accepted,
    refused: () => refused,
    async reached(count) {
      let look = () => {};
      const there = new Promise<void>((resolve) => (look = () => accepted.size >= count && resolve()));
      waiting.add(look);
      look();
      try {
        await Promise.race([there, running]);
      } finally {
        waiting.delete(look);
      }
    },
    stop() {
      isStopped = true;
      return running;
    },
  };
}

/** For a call to a process that may be gone: what fetch throws then. Anything else is a fault of the test. */
export function nullWhereCutOff(error: unknown): null {
  // By its name: fetch's errors are not of the classes that a test sees.
  if ((error as Error).name === 'TypeError') return null;
  throw error;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));
