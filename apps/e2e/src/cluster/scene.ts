import { expect } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from '../events';
import { startTarget, webhookOf, type Target, type TargetOptions, type Tenant } from '../target';
import { keepBook, type Book, type Rule } from './book';
import {
  allReady,
  checkLedger,
  checkNotices,
  checkReadModels,
  type Expected,
  type Faults,
  type Finding,
} from './ledger';
import { startLoad, type Load, type LoadOptions } from './load';

/** The cluster with a tenant, a receiver of three kinds, and a load for it: what each fault is put upon. */
export interface Scene {
  target: Target;
  tenant: Tenant;
  book: Book;
  webhooks: Expected[];
  load(prefix: string, options?: Partial<LoadOptions>): Load;
  /** The steady receiver answers nothing until this is called; within the 30 s that its webhook allows. */
  hold(): () => void;
  /** An event that was accepted by another way than a load. */
  emitted(id: string, type: string): void;
  /** Resolves when all services are ready and an event of now has been received; rejects where that takes more than 30 s. */
  recovers(): Promise<void>;
  /** All that `checkLedger`, `checkNotices` and `checkReadModels` say, over all loads so far. */
  check(faults: Faults): Promise<Finding>;
  stop(): Promise<void>;
}

const types = { often: 'maintenance.work_order.created', seldom: 'leasing.lease.renewed' };
const recoverMs = 30_000;
/** Every so many events one is of the seldom type, which only the broken receiver takes. */
const seldomEvery = 20;
/** Every so many deliveries the shaky receiver fails the first attempt. */
const shakyEvery = 5;

export async function setScene(settings: Record<string, string> = {}, options: TargetOptions = {}): Promise<Scene> {
  // A second between notices, so that there are several to count.
  const target = await startTarget({ ARKAN_NOTICE_WINDOW_MS: '1000', ...settings }, options);
  try {
    return await furnish(target);
  } catch (error) {
    await target.stop();
    throw error;
  }
}

async function furnish(target: Target): Promise<Scene> {
  const tenant = await target.tenant();
  const receiver = await target.receiver();
  const data = { often: await exampleOf(tenant.developer), seldom: await exampleOf(tenant.developer, types.seldom) };
  let seen = 0;
  let gate: Promise<void> | undefined;
  const rules: Record<string, Rule> = {
    '/steady': { status: () => 200, attemptMax: Infinity, after: () => gate },
    '/shaky': {
      status: (_, attempt) => (attempt === 1 && seen++ % shakyEvery === 0 ? 503 : 204),
      attemptMax: Infinity,
    },
    '/broken': { status: () => 500, attemptMax: 2 },
  };
  const book = keepBook(receiver, rules);
  const add = async (
    path: string,
    eventTypes: string[],
    more: object,
    expected: Omit<Expected, 'webhookId' | 'path'>,
  ) => {
    const fields = webhookOf(receiver, { name: path, url: receiver.url + path, eventTypes, ...more });
    const { id } = await tenant.admin.must('POST', '/v1/webhooks', fields);
    return { webhookId: id as string, path, ...expected };
  };
  const isOften = (type: string) => type === types.often;
  const broken = await add(
    '/broken',
    ['leasing.*'],
    { retryCount: 1 },
    { takes: (type) => !isOften(type), becomes: 'failed' },
  );
  const webhooks = [
    await add('/steady', ['maintenance.*'], { timeoutMs: 30_000 }, { takes: isOften, becomes: 'success' }),
    await add('/shaky', ['maintenance.*'], { retryCount: 15 }, { takes: isOften, becomes: 'success' }),
    broken,
  ];
  const loads: Load[] = [];
  const others = new Map<string, string>();
  const accepted = () => new Map([...loads.flatMap((load) => [...load.accepted]), ...others]);
  return {
    target,
    tenant,
    book,
    webhooks,
    load(prefix, more = {}) {
      const eventOf = (n: number) =>
        n % seldomEvery === 0 ? { type: types.seldom, data: data.seldom } : { type: types.often, data: data.often };
      const load = startLoad(tenant.producer, { prefix, eventOf, ...more });
      loads.push(load);
      return load;
    },
    hold() {
      let open = () => {};
      gate = new Promise((resolve) => (open = resolve));
      return () => {
        gate = undefined;
        open();
      };
    },
    emitted: (id, type) => void others.set(id, type),
    async recovers() {
      const deadline = performance.now() + recoverMs;
      await allReady(target, recoverMs);
      const id = `recovered ${crypto.randomUUID()}`;
      const { status } = await tenant.producer.emit(types.often, data.often, { id });
      expect(status).toBe(202);
      others.set(id, types.often);
      await eventually(() => book.entries.some(({ eventId }) => eventId === id), {
        timeoutMs: deadline - performance.now(),
        what: `an event is delivered within ${recoverMs} ms of the return`,
      });
    },
    async check(faults) {
      const events = accepted();
      const finding = await checkLedger(tenant, events, webhooks, book, faults);
      await checkNotices(tenant, broken.webhookId, [...events.values()].filter(broken.takes).length);
      await checkReadModels(target);
      return finding;
    },
    async stop() {
      await Promise.all(loads.map((load) => load.stop().catch(() => undefined)));
      await target.stop();
    },
  };
}

/** Attempts that a dispatcher has under way, by its metrics. */
export async function inFlightAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^arkan_deliveries_in_flight\{[^}]*\} (\d+)$/m.exec(text)![1]);
}
