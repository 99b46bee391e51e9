import type { RecordedEvent } from '@arkan/ports';
import {
  excludeSystemEvents,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { isWanted, positionOf, toRecorded, type Naming, type PlacedEvent } from './recorded';

/** So many events are looked through at a time; as often the server says where it is when it finds none. */
export const searchWindow = 200;

/** Checkpoints between two reports that only say how far the filter has passed: each is a write of the handler's. */
const checkpointsPerReport = 4;

export interface FeedOptions extends Naming {
  client: EventStoreDBClient;
  /** Exclusive. */
  after: bigint | null;
  prefixes?: readonly string[];
  /** The connection is held up when so many events wait. */
  waitingMax: number;
  /** Something came, or the connection was lost. */
  onChange(): void;
}

export interface FeedStep {
  events: RecordedEvent[];
  /** Where to resume after these and all that was passed over. */
  passed: bigint | null;
  /** Nothing was handed over for a while, only passed over. */
  isReportDue: boolean;
  caughtUp: boolean;
}

type Item = { kind: 'event'; event: PlacedEvent } | { kind: 'checkpoint'; position: Position } | { kind: 'caughtUp' };

/** One connection's worth of a subscription to $all: what the server sends, in its order, to be taken in batches. */
export class Feed {
  /** The connection has ended; what came before it can still be taken. */
  lost: unknown = undefined;
  private readonly subscription: AllStreamSubscription;
  private readonly waiting: Item[] = [];
  /** Said by the server while events before it are still in the stream's own buffer. */
  private held: { item: Item; behind: number }[] = [];
  private passed: bigint | null;
  /** The last checkpoint that lies before an event. */
  private mark: bigint | null = null;
  private checkpoints = 0;
  private caughtUp = false;
  private closed = false;

  constructor(private readonly options: FeedOptions) {
    const { client, after } = options;
    this.passed = after;
    const subscription = client.subscribeToAll({
      fromPosition: after === null ? START : { commit: after, prepare: after },
      filter: this.filter(),
    });
    this.subscription = subscription;
    const lose = (error: unknown) => {
      this.lost ??= error;
      this.tell();
    };
    subscription.on('confirmation', () => this.tell());
    subscription.on('caughtUp', () => this.mention({ kind: 'caughtUp' }));
    subscription.on('data', (resolved) => this.take(resolved.event as PlacedEvent | undefined));
    subscription.on('error', lose);
    for (const event of ['end', 'close'])
      subscription.on(event, () => lose(new Error(`the subscription had its ${event}`)));
  }

  /** There is something, not yet as much, and it is still catching up: more is on its way. */
  isFilling(eventsMax: number): boolean {
    const waiting = this.waiting.length;
    return waiting > 0 && waiting < eventsMax && !this.caughtUp && this.lost === undefined;
  }

  /** What has come, at most so many events; null where there is nothing new. Throws for an event that is not JSON. */
  next(eventsMax: number): FeedStep | null {
    if (this.waiting.length === 0) return null;
    const events: RecordedEvent[] = [];
    let taken = 0;
    let caughtUp = false;
    for (; taken < this.waiting.length && events.length < eventsMax && !caughtUp; taken++) {
      const item = this.waiting[taken];
      if (item?.kind === 'event') {
        // What came before it is handed over first; the next step begins with it and fails.
        const event = this.recorded(item.event, events.length > 0);
        if (event === 'unreadable') break;
        if (event) events.push(event);
        this.passed = positionOf(item.event);
      } else if (item?.kind === 'checkpoint') this.pass(item.position);
      else caughtUp = true;
    }
    this.waiting.splice(0, taken);
    if (this.waiting.length < this.options.waitingMax / 2 && this.subscription.isPaused()) this.subscription.resume();
    const isReportDue = this.checkpoints >= checkpointsPerReport;
    if (events.length > 0 || isReportDue) this.checkpoints = 0;
    return { events, passed: this.passed, isReportDue, caughtUp };
  }

  close(): void {
    this.closed = true;
    this.lost ??= new Error('the subscription was closed');
    // Fails only where there never was a connection.
    this.subscription.unsubscribe().catch(() => undefined);
    this.subscription.destroy();
  }

  private tell(): void {
    if (!this.closed) this.options.onChange();
  }

  private filter(): Filter {
    const { namespace, prefixes } = this.options;
    const options = {
      maxSearchWindow: searchWindow,
      checkpointInterval: 1,
      checkpointReached: (_: unknown, position: Position) => this.mention({ kind: 'checkpoint', position }),
    };
    const names = (prefixes ?? (namespace ? [''] : [])).map((prefix) => namespace + prefix);
    return names.length > 0 && !names.includes('')
      ? streamNameFilter({ ...options, prefixes: names })
      : excludeSystemEvents(options);
  }

  private recorded(event: PlacedEvent, mayWait: boolean): RecordedEvent | null | 'unreadable' {
    if (!isWanted(event, this.options, this.options.prefixes)) return null;
    try {
      return toRecorded(event, this.options);
    } catch (error) {
      if (mayWait) return 'unreadable';
      throw error;
    }
  }

  private take(event: PlacedEvent | undefined): void {
    if (event) this.waiting.push({ kind: 'event', event });
    for (const held of this.held) held.behind--;
    while (this.held[0] && this.held[0].behind <= 0) {
      const [{ item } = { item: null }] = this.held.splice(0, 1);
      if (item) this.waiting.push(item);
    }
    if (this.waiting.length >= this.options.waitingMax) this.subscription.pause();
    this.tell();
  }

  /**
   * The client tells of checkpoints and of having caught up past its stream, in which events that came earlier may still
   * wait: taken as it comes, a checkpoint would lie beyond events that were not handled yet.
   */
  private mention(item: Item): void {
    if (item.kind === 'caughtUp') this.caughtUp = true;
    const behind = this.subscription.readableLength;
    if (behind > 0) this.held.push({ item, behind });
    else this.waiting.push(item);
    this.tell();
  }

  /**
   * A checkpoint is the position of an event that was passed over (commit = prepare), or, while the server catches up, the
   * place where it goes on reading, as (commit, 0): an event may begin right there, and resuming after this commit position
   * would lose it. So of such a one it is only taken that the one before it has been passed.
   */
  private pass({ commit, prepare }: Position): void {
    this.checkpoints++;
    const safe = prepare >= commit ? commit : this.mark !== null && this.mark < commit ? this.mark : null;
    if (prepare < commit) this.mark = commit;
    if (safe !== null && (this.passed === null || safe > this.passed)) this.passed = safe;
  }
}
