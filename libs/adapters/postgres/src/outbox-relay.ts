import { retryDelayMs, type MessageBus } from '@arkan/ports';
import type { Client } from 'pg';
import { clientOf, statement, type BusContext } from './bus-sql';
import { unpackMessages } from './outbox-records';

export interface RelayContext extends BusContext {
  bus: MessageBus;
  batchMax: number;
  pollMs: number;
}

/** Of one read, beside the first row. */
const readBytesMax = 4 * 1_048_576;
const readRowsMax = 500;

/**
 * Publishes the rows of the outbox in order of their id, then deletes them: what a crash in between leaves is published again.
 *
 * One relay works at a time, the one whose connection holds the table's advisory lock: the server frees it when the process is gone.
 * A relay that is cut off in the midst of a publish may still get it through after another has begun: messages come again then,
 * late, as after any crash.
 */
export class OutboxRelay {
  private isStopped = true;
  private isLeader = false;
  private isWoken = false;
  private isNotifying = false;
  private running: Promise<void> = Promise.resolve();
  private endWait = () => {};
  private readonly channel: string;
  private readonly select;
  private readonly remove;

  constructor(private readonly context: RelayContext) {
    const { schema } = context;
    this.channel = `arkan_outbox_${schema}`;
    this.select = statement(
      schema,
      'outbox-select',
      `select id, payload from (
         select id, message_count, payload,
           sum(octet_length(payload)) over w - octet_length(payload) as bytes_before,
           sum(message_count) over w - message_count as messages_before
         from (select * from ${schema}.outbox order by id limit ${readRowsMax}) first
         window w as (order by id)
       ) r where bytes_before < ${readBytesMax} and messages_before < $1::int order by id`,
    );
    this.remove = statement(schema, 'outbox-remove', `delete from ${schema}.outbox where id = any($1::bigint[])`);
  }

  async start(): Promise<void> {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.running = this.run();
  }

  /** Waits for the publish under way and its delete. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.endWait();
    await this.running;
  }

  /** There is something to publish. */
  wake(): void {
    this.isWoken = true;
    this.endWait();
    if (!this.isLeader) void this.notifyLeader();
  }

  /** The process that relays may be another. Lost words cost it the time to its next look. */
  private async notifyLeader(): Promise<void> {
    if (this.isNotifying) return;
    this.isNotifying = true;
    try {
      while (this.isWoken && !this.isLeader) {
        this.isWoken = false;
        await this.context.sql.query('select pg_notify($1, $2)', [this.channel, '']);
      }
    } catch (error) {
      this.context.report(error);
    } finally {
      this.isNotifying = false;
    }
  }

  private async run(): Promise<void> {
    const { random, retryBaseMs, report } = this.context;
    for (let failures = 0; !this.isStopped;) {
      const client = clientOf(this.context.pool);
      try {
        await this.lead(client, () => (failures = 0));
      } catch (error) {
        if (!this.isStopped) {
          report(error);
          await this.wait(retryDelayMs(++failures, retryBaseMs, random.next()));
        }
      } finally {
        this.isLeader = false;
        client.end().catch(() => undefined);
      }
    }
  }

  /** On a connection of its own, until stopped; throws where that is lost, or the bus refuses. */
  private async lead(client: Client, onProgress: () => void): Promise<void> {
    let lost: Error | null = null;
    client.on('error', (error) => {
      lost = error;
      this.endWait();
    });
    client.on('notification', () => {
      this.isWoken = true;
      this.endWait();
    });
    await client.connect();
    // The server finds out within 20 s that the network between is gone, and frees the lock.
    await client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3');
    // All that is written here are the deletes, and one that a crash takes back is one more publish, as above: no wait for the disk.
    await client.query('set synchronous_commit = off');
    await client.query(`listen ${this.channel}`);
    while (!this.isStopped) {
      if (lost) throw lost;
      if (!this.isLeader) this.isLeader = await this.tryLock(client);
      this.isWoken = false;
      if (this.isLeader && (await this.relay(client))) onProgress();
      else if (!this.isWoken && !lost && !this.isStopped) await this.wait(this.context.pollMs);
    }
  }

  private async tryLock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtextextended($1, 0)) as taken`,
      [`arkan outbox relay ${this.context.schema}`],
    );
    return rows[0]!.taken;
  }

  /** What is there, up to the bounds. False where there was nothing. */
  private async relay(client: Client): Promise<boolean> {
    const { bus, batchMax } = this.context;
    const { rows } = await client.query<{ id: string; payload: Buffer }>(this.select([batchMax]));
    if (rows.length === 0) return false;
    const messages = rows.flatMap((row) => unpackMessages(row.payload));
    for (let i = 0; i < messages.length; i += batchMax) await bus.publish(messages.slice(i, i + batchMax));
    await client.query(this.remove([rows.map((row) => row.id)]));
    return true;
  }

  private wait(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.context.clock.schedule(forMs, resolve);
      this.endWait = () => (cancel(), resolve());
    });
  }
}
