import type { Operation } from '@arkan/contracts';
import { Refusal, toTimestamp, toUuid, type Clock } from '@arkan/kernel';
import { systemMeta, tenantStream, webhookStream, type EventMeta, type RefusedAttempt } from '@arkan/registry-domain';
import type { Call, OnForbidden } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { metaOf } from './meta';

/** Refused attempts of a tenant that are kept one by one in a minute; the rest is counted. */
export const refusalsPerMinuteMax = 60;
const windowMs = 60_000;
const tenantsMax = 10_000;
/** At once; what is refused beyond is counted only. */
const recordingMax = 32;
const detailMax = 500;

/** Attempts to change a webhook, or to make one where there is no room. Tests and reads change nothing. */
const changes = new Set([
  'createWebhook',
  'patchWebhook',
  'deleteWebhook',
  'pauseWebhook',
  'resumeWebhook',
  'rotateSecret',
]);
const recordedCodes = new Set(['revision_mismatch', 'wrong_state', 'invalid', 'webhook_limit']);

export interface Refusals {
  /** Keeps what the history should know of; waits until it shows it, a little. Never fails. */
  record(operation: Operation, call: Call, params: Record<string, string>, refusal: Refusal): Promise<void>;
  onForbidden: OnForbidden;
  /** Writes what was only counted, of minutes that are over. */
  flush(): Promise<void>;
  /** Waits for what is being written. */
  drain(): Promise<void>;
}

export function createRefusals(context: RegistryContext): Refusals {
  const { deps } = context;
  const limiter = createRefusalLimiter(deps.clock);
  const underWay = new Set<Promise<void>>();

  async function append(meta: EventMeta, webhookId: string | null, refusal: RefusedAttempt): Promise<void> {
    const command = { type: 'RecordRefusal' as const, meta, refusal };
    if (webhookId !== null) {
      try {
        const { position } = await context.webhooks.execute(webhookStream(webhookId), () => command);
        return await context.settle(position);
      } catch (error) {
        // No webhook of this tenant: the attempt belongs to the tenant's own history.
        if (!(error instanceof Refusal)) throw error;
      }
    }
    const { position } = await context.tenants.execute(tenantStream(meta.tenantId!), () => command);
    await context.settle(position);
  }

  function write(meta: EventMeta, webhookId: string | null, refusal: RefusedAttempt): Promise<void> {
    const done: Promise<void> = append(meta, webhookId, refusal)
      .catch((error: unknown) => {
        deps.log.warn({ err: error, ...refusal }, 'a refused attempt could not be kept in the history');
        limiter.count(meta.tenantId!, refusal.count);
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  }

  async function keep(operation: Operation, call: Call, webhookId: string | null, refusal: Refusal): Promise<void> {
    const { tenantId } = call;
    if (tenantId === null || !limiter.take(tenantId, underWay.size < recordingMax)) return;
    // It names fields as the caller spelled them: what the store could not keep must not keep the attempt out of the history.
    const detail = refusal.detail.slice(0, detailMax).replaceAll(/\0|\p{Surrogate}/gu, '\ufffd');
    const attempt = { operation: operation.id, code: refusal.code, detail, count: 1 };
    await write(metaOf(call, deps.clock, tenantId), webhookId, attempt);
  }

  const webhookIn = ({ id }: Record<string, string>) => (id !== undefined && toUuid('wh', id) !== null ? id : null);

  return {
    async record(operation, call, params, refusal) {
      if (!changes.has(operation.id) || !recordedCodes.has(refusal.code)) return;
      const webhookId = webhookIn(params);
      if (webhookId === null && refusal.code !== 'webhook_limit') return;
      await keep(operation, call, webhookId, refusal);
    },
    onForbidden(operation, call, params) {
      if (operation.service !== 'registry') return;
      const refusal = new Refusal('forbidden', `the role ${call.principal.role} may not do this`);
      void keep(operation, call, webhookIn(params), refusal);
    },
    async flush() {
      for (const { tenantId, count } of limiter.overflow()) {
        const detail = `${count} more attempts were refused within a minute`;
        const meta = systemMeta(tenantId, toTimestamp(deps.clock.now()), detail);
        await write(meta, null, { operation: 'several', code: 'several', detail, count });
      }
    },
    async drain() {
      await Promise.all(underWay);
    },
  };
}

interface Window {
  startMs: number;
  taken: number;
  counted: number;
}

/** Bounds what a flood of refused attempts can write: exported for its test. */
export function createRefusalLimiter(clock: Clock) {
  const windows = new Map<string, Window>();

  /** null where there are too many tenants at once. */
  function windowOf(tenantId: string): Window | null {
    const known = windows.get(tenantId);
    if (known && (clock.now() - known.startMs < windowMs || known.counted > 0)) return known;
    if (!known && windows.size >= tenantsMax) return null;
    const window = { startMs: clock.now(), taken: 0, counted: 0 };
    windows.set(tenantId, window);
    return window;
  }

  return {
    /** Whether this one is kept by itself; else it is counted. */
    take(tenantId: string, hasRoom: boolean): boolean {
      const window = windowOf(tenantId);
      if (!window) return false;
      if (hasRoom && window.taken < refusalsPerMinuteMax) {
        window.taken++;
        return true;
      }
      window.counted++;
      return false;
    },
    /** Of those that were to be kept, and could not. */
    count(tenantId: string, count: number): void {
      const window = windowOf(tenantId);
      if (window) window.counted += count;
    },
    /** Of windows that are over: how many were only counted. They are forgotten with this call. */
    overflow(): { tenantId: string; count: number }[] {
      const over = [...windows].filter(([, window]) => clock.now() - window.startMs >= windowMs);
      for (const [tenantId] of over) windows.delete(tenantId);
      return over.flatMap(([tenantId, { counted }]) => (counted > 0 ? [{ tenantId, count: counted }] : []));
    },
  };
}
