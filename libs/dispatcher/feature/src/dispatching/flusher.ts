import { writeResults, insertTally, rememberConfigs, type RequestConfig } from '@arkan/dispatcher-persistence';
import { errorMessage, type Clock } from '@arkan/kernel';
import type { Outbox, OutboxReceipt } from '@arkan/ports';
import type { Database, Logger } from '@arkan/runtime';
import { outcomeMessages, tallyResults } from './outcomes';
import { toResultRow, type Result } from './result';

export const flushMax = 200;
const gatherMs = 20;
const flushesMax = 2;
/** Results that wait to be written before nothing more is begun. */
const pendingMax = 2_000;
const retryBaseMs = 100;
const retryMaxMs = 5_000;
/** Of one outbox call. */
const messagesMax = 1_000;
const configsMax = 20_000;

export interface FlusherDeps {
  database: Pick<Database, 'transaction'>;
  outbox: Outbox;
  clock: Clock;
  log: Logger;
  /** Of a batch that is written; `refused` are those that the session holds no more, and that were left out. */
  onWritten(written: readonly Result[], refused: readonly Result[]): void;
  /** Room again after `hasRoom` was false. */
  onRoom(): void;
}

/**
 * Writes results: up to 200, or what 20 ms have gathered, in one transaction with what is told of them. While the database is away
 * they are kept, and tried again; nothing new is begun then, so that there is an end to them.
 */
export class Flusher {
  private pending: Result[] = [];
  private writing = 0;
  private underWay = 0;
  private cancelTimer: (() => void) | null = null;
  private idle: (() => void)[] = [];
  private isAway = false;
  /** Somebody asked for room, and there was none. */
  private turnedAway = false;
  /** Configurations that the log has, with the day on which it was told of them. */
  private readonly known = new Map<string, number>();

  constructor(private readonly deps: FlusherDeps) {}

  get hasRoom(): boolean {
    const hasRoom = this.size < pendingMax;
    if (!hasRoom) this.turnedAway = true;
    return hasRoom;
  }

  /** Results that are not written yet. */
  get size(): number {
    return this.pending.length + this.underWay;
  }

  push(result: Result): void {
    this.pending.push(result);
    if (this.pending.length >= flushMax) this.flush();
    else if (!this.cancelTimer && this.writing < flushesMax)
      this.cancelTimer = this.deps.clock.schedule(gatherMs, () => this.flush());
  }

  /** Resolves when all that was pushed is written. */
  whenIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    this.flush();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private flush(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    while (this.writing < flushesMax && this.pending.length > 0) void this.write(this.pending.splice(0, flushMax));
  }

  private async write(batch: Result[]): Promise<void> {
    this.writing++;
    this.underWay += batch.length;
    try {
      await this.writeUntilDone(batch);
    } finally {
      this.writing--;
      this.underWay -= batch.length;
    }
    if (this.turnedAway && this.size < pendingMax) {
      this.turnedAway = false;
      this.deps.onRoom();
    }
    // What gathered while this was written has waited long enough.
    this.flush();
    if (this.size === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private async writeUntilDone(batch: Result[]): Promise<void> {
    for (let delayMs = retryBaseMs; ; delayMs = Math.min(2 * delayMs, retryMaxMs)) {
      try {
        const refused = await this.writeNow(batch);
        if (this.isAway) this.deps.log.info('results are written again');
        this.isAway = false;
        this.deps.onWritten(refused.size === 0 ? batch : batch.filter((one) => !refused.has(one)), [...refused]);
        return;
      } catch (error) {
        if (!this.isAway)
          this.deps.log.error({ err: error }, `results can not be written and are kept: ${errorMessage(error)}`);
        this.isAway = true;
        await new Promise<void>((resolve) => this.deps.clock.schedule(delayMs, resolve));
      }
    }
  }

  /** One batch, each delivery once, now. Gives those that were left out because their session holds them no more. Throws what the database throws. */
  async writeNow(batch: readonly Result[]): Promise<Set<Result>> {
    const refused = new Set<Result>();
    let left = batch;
    while (left.length > 0) {
      const written = await this.tryWrite(left);
      if (written === true) break;
      const ids = new Set(written);
      for (const result of left) if (ids.has(result.item.deliveryId)) refused.add(result);
      left = left.filter((result) => !refused.has(result));
    }
    return refused;
  }

  /** True, or the ids that stood in the way; then nothing was written. */
  private async tryWrite(batch: readonly Result[]): Promise<true | string[]> {
    const { database, outbox, clock } = this.deps;
    const nowMs = clock.now();
    const rows = batch.map((result) => toResultRow(result, nowMs));
    const tally = tallyResults(batch);
    const messages = outcomeMessages(batch);
    const configs = this.newConfigs(batch, nowMs);
    try {
      const receipts = await database.transaction(async (tx) => {
        const refused = await writeResults(tx, rows);
        if (refused.length > 0) throw new RefusedError(refused);
        if (configs.size > 0) await rememberConfigs(tx, [...configs.values()]);
        if (tally) await insertTally(tx, tally);
        const given: OutboxReceipt[] = [];
        for (let i = 0; i < messages.length; i += messagesMax)
          given.push(await outbox.enqueue(tx, messages.slice(i, i + messagesMax)));
        return given;
      });
      if (receipts.length > 0) outbox.committed(...receipts);
      if (this.known.size > configsMax) this.known.clear();
      for (const key of configs.keys()) this.known.set(key, dayOf(nowMs));
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return error.ids;
      throw error;
    }
  }

  private newConfigs(batch: readonly Result[], nowMs: number): Map<string, RequestConfig> {
    const found = new Map<string, RequestConfig>();
    for (const { config } of batch) {
      if (config === null) continue;
      const key = `${config.webhookUuid} ${config.revision}`;
      if (this.known.get(key) !== dayOf(nowMs)) found.set(key, config);
    }
    return found;
  }
}

const dayOf = (ms: number) => Math.floor(ms / 86_400_000);

class RefusedError extends Error {
  constructor(readonly ids: string[]) {
    super('some results are of a session that holds their deliveries no more');
  }
}
