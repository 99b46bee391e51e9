import { dropEventsBefore, ensureEventPartitions } from '@arkan/catalog-persistence';
import type { Clock, Service } from '@arkan/kernel';
import { dayMs, sweepIdempotency, type Database, type Logger } from '@arkan/runtime';

export interface UpkeepDeps {
  database: Database;
  clock: Clock;
  log: Logger;
  retentionDays: number;
}

const everyMs = 3_600_000;
/** Rounds of 1,000 answers that one turn takes away. */
const sweepRoundsMax = 200;

/** Partitions of the days to come, the end of those past, and of idempotent answers. */
export function createUpkeep({ database, clock, log, retentionDays }: UpkeepDeps): Service {
  let cancel = () => {};
  let aborter = new AbortController();
  let turn: Promise<void> | null = null;

  async function makeAhead(): Promise<void> {
    const now = clock.now();
    await ensureEventPartitions(database.pool, [now, now + dayMs, now + 2 * dayMs]);
  }

  async function clean(signal: AbortSignal): Promise<void> {
    const today = Math.floor(clock.now() / dayMs) * dayMs;
    const dropped = await dropEventsBefore(database.pool, today - retentionDays * dayMs, signal);
    if (dropped > 0) log.info({ days: dropped }, 'events past their retention were dropped');
    for (let round = 0; round < sweepRoundsMax && !signal.aborted; round++)
      if ((await sweepIdempotency(database.pool)) < 1_000) return;
  }

  function plan(): void {
    const { signal } = aborter;
    cancel = clock.schedule(everyMs, () => {
      turn = makeAhead()
        .then(() => clean(signal))
        .catch((error: unknown) => log.warn({ err: error }, 'the upkeep of the events failed; it is tried again'))
        .finally(() => {
          if (!signal.aborted) plan();
        });
    });
  }

  return {
    async start() {
      aborter = new AbortController();
      await makeAhead();
      const { signal } = aborter;
      // Not waited for: a long sweep must not hold up the start.
      turn = clean(signal).catch((error: unknown) => log.warn({ err: error }, 'old events could not be dropped'));
      plan();
    },
    async stop() {
      cancel();
      aborter.abort();
      await turn;
    },
  };
}
