import { toTimestamp, type Service } from '@arkan/kernel';
import { systemMeta, webhookStream } from '@arkan/registry-domain';
import { dueForPause, loadToldHealth, releaseKey, unheardKeys } from '@arkan/registry-persistence';
import { sweepIdempotency } from '@arkan/runtime';
import type { Refusals } from '../commands/refusals';
import type { RegistryContext } from '../context';
import { decideHealth, reportQuietly } from './outcomes';

const everyMaxMs = 60_000;
const everyMinMs = 250;
/** Far more than any creation takes. */
const unheardMs = 3_600_000;
/** Statements a round; the next round goes on. */
const roundsMax = 10;

export interface Sweeper extends Service {
  /** One round, now. */
  sweep(): Promise<void>;
}

/**
 * What only time brings: warnings, automatic pauses, a change of health that was not written when it came, and tidying. On the
 * clock that is given, in the process that leads; once a minute, more often where a pause comes sooner than in 20 minutes.
 */
export function createSweeper(context: RegistryContext, refusals: Refusals): Sweeper {
  const { clock, config, log } = context.deps;
  const everyMs = Math.max(everyMinMs, Math.min(everyMaxMs, config.ARKAN_AUTO_PAUSE_MS / 20));
  let cancel: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let stopped = true;

  function sweep(): Promise<void> {
    running ??= round(context, refusals)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'a round of the registry sweeper failed; the next one goes on'),
      )
      .finally(() => (running = null));
    return running;
  }

  function arm(): void {
    if (stopped) return;
    cancel = clock.schedule(everyMs, () => void sweep().finally(arm));
  }

  return {
    sweep,
    async start() {
      if (!stopped) return;
      stopped = false;
      arm();
    },
    async stop() {
      stopped = true;
      cancel?.();
      await running;
      await refusals.drain();
    },
  };
}

async function round(context: RegistryContext, refusals: Refusals): Promise<void> {
  const { deps } = context;
  const { pool } = deps.database;
  await refusals.flush();
  if (!context.projector.isLeader()) return;
  await decideHealth(context, await loadToldHealth(pool, null));
  await pauseDue(context);
  for (let swept = 1_000, rounds = 0; swept === 1_000 && rounds < roundsMax; rounds++)
    swept = await sweepIdempotency(pool);
  for (const webhookId of await unheardKeys(pool, unheardMs)) {
    const events = await deps.eventStore.readStream(webhookStream(webhookId), { limit: 1 });
    if (events.length === 0) await releaseKey(pool, webhookId, unheardMs);
  }
}

async function pauseDue(context: RegistryContext): Promise<void> {
  const { clock, config, database } = context.deps;
  const autoPauseMs = config.ARKAN_AUTO_PAUSE_MS;
  for (const { webhookId, tenantId } of await dueForPause(database.pool, clock.now(), autoPauseMs)) {
    const meta = systemMeta(tenantId, toTimestamp(clock.now()), null);
    await reportQuietly(context, webhookId, () =>
      context.webhooks.execute(webhookStream(webhookId), () => ({ type: 'CheckAutoPause', meta, autoPauseMs })),
    );
  }
}
