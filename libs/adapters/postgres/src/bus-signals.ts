import { retryDelayMs } from '@arkan/ports';
import type { Client } from 'pg';
import { clientOf, statement, type BusContext } from './bus-sql';

/** What other processes say. */
export interface SignalHandlers {
  onTopics(topicIds: number[]): void;
  onGroup(group: string): void;
  /** Words may have been missed. */
  onGap(): void;
}

/** Of a NOTIFY payload; Postgres refuses 8,000 bytes. */
const payloadTopicsMax = 500;
/** First half of the advisory lock that every listening bus holds; the second is its schema. */
const presenceKey = 6_386_283;

/**
 * Tells the other processes on this database that there is something to read, and hears it from them.
 *
 * A NOTIFY in the publishing transaction would hold a lock over all of the database's notifying commits, fsync included; this one
 * goes after the commit, one statement at a time for whatever has gathered, and not at all while nobody else listens. A word that
 * is lost costs the time until the next poll.
 */
export class Signals {
  /** Other buses that listen, as of the last count; a newcomer says hello. */
  private others = 1;
  private client: Client | null = null;
  private isClosed = false;
  private isSending = false;
  private readonly words = new Set<string>();
  private cancelRetry = () => {};
  private readonly channel: string;
  private readonly notify;
  private readonly count;

  constructor(
    private readonly context: BusContext,
    /** Tells our own words from others'. */
    private readonly busId: string,
    private readonly handlers: SignalHandlers,
  ) {
    const { schema } = context;
    this.channel = `arkan_bus_${schema}`;
    this.notify = statement(schema, 'notify', 'select pg_notify($1, word) from unnest($2::text[]) as word');
    this.count = statement(
      schema,
      'listeners',
      `select count(*)::int as others from pg_locks l
       where l.locktype = 'advisory' and l.classid = ${presenceKey} and l.objid::bigint = hashtext($1) & 2147483647
         and l.database = (select oid from pg_database where datname = current_database()) and l.pid <> $2`,
    );
  }

  /** Returns when it listens or the first try has failed; it goes on trying. */
  start(): Promise<void> {
    return this.connect(1);
  }

  topics(ids: Iterable<number>): void {
    if (this.others === 0) return;
    const list = [...new Set(ids)];
    for (let i = 0; i < list.length; i += payloadTopicsMax) {
      this.say(`t ${list.slice(i, i + payloadTopicsMax).join(',')}`);
    }
  }

  group(name: string): void {
    if (this.others > 0) this.say(`g ${name}`);
  }

  async countOthers(): Promise<void> {
    const pid = (this.client as { processID?: number } | null)?.processID ?? 0;
    const { rows } = await this.context.sql.query<{ others: number }>(this.count([this.context.schema, pid]));
    this.others = rows[0]!.others;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelRetry();
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private say(word: string): void {
    // The set is bounded by the topics and groups that there are.
    this.words.add(word);
    if (!this.isSending) void this.send();
  }

  private async send(): Promise<void> {
    this.isSending = true;
    try {
      while (this.words.size > 0) {
        const words = [...this.words].map((word) => `${this.busId} ${word}`);
        this.words.clear();
        await this.context.sql.query(this.notify([this.channel, words]));
      }
    } catch (error) {
      if (!this.isClosed) this.context.report(error);
    } finally {
      this.isSending = false;
    }
  }

  private async connect(tries: number): Promise<void> {
    const client = clientOf(this.context.pool);
    const lost = (error?: unknown) => {
      if (this.isClosed || this.client !== client) return;
      this.client = null;
      if (error) this.context.report(error);
      this.retryLater(1);
    };
    client.on('error', lost);
    client.on('end', () => lost());
    client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${this.channel}`);
      await client.query(`select pg_advisory_lock_shared(${presenceKey}, hashtext($1) & 2147483647)`, [
        this.context.schema,
      ]);
    } catch (error) {
      client.end().catch(() => undefined);
      if (this.isClosed) return;
      this.context.report(error);
      this.retryLater(tries + 1);
      return;
    }
    if (this.isClosed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.client = client;
    this.others = Math.max(this.others, 1);
    this.say('hello');
    this.handlers.onGap();
  }

  private retryLater(tries: number): void {
    const { clock, retryBaseMs, random } = this.context;
    this.cancelRetry = clock.schedule(retryDelayMs(tries, retryBaseMs, random.next()), () => void this.connect(tries));
  }

  private hear(payload: string): void {
    const [sender, kind, ...rest] = payload.split(' ');
    if (sender === this.busId) return;
    this.others = Math.max(this.others, 1);
    if (kind === 't') this.handlers.onTopics(rest.join(' ').split(',').map(Number));
    if (kind === 'g') this.handlers.onGroup(rest.join(' '));
  }
}
