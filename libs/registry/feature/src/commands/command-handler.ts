import { Refusal, type Decider } from '@arkan/kernel';
import { EventStoreUnavailableError, WrongExpectedRevisionError, type EventStore, type NewEvent } from '@arkan/ports';
import { eventHash, type EventCodec } from '@arkan/registry-domain';
import { createTurns } from './turns';

/** Tries on a stream that others write to at the same time. */
const conflictTriesMax = 5;
/** Tries of one append whose answer was lost: the same ids, so that it happens once. */
const appendTriesMax = 3;
const readMax = 1_000;
const streamsMax = 2_000;

export interface Executed<State, Event> {
  state: State;
  /** What was decided; empty where the command changed nothing. */
  events: Event[];
  /** Of the stream's last event, the new ones included; null where it has none. */
  position: bigint | null;
}

interface Stream<State> {
  state: State;
  /** Of its last event; -1 where there is none. */
  revision: number;
  position: bigint | null;
  /** Of its last event, for the next one's `previousHash`. */
  hash: string | null;
}

export interface CommandHandler<Command, State, Event> {
  /**
   * Takes its turn among this process's commands on the stream, so that only other processes can be met there. Loads the stream,
   * folds it, makes the command from the state, decides, appends where nobody else has appended since; on a
   * conflict all of it again. A caller's If-Match is decided anew each time, so a retry never passes over another's change.
   * Throws what `build` and `decide` throw; Refusal `unavailable` after the last try; EventStoreUnavailableError.
   */
  execute(streamId: string, build: (state: State) => Command | Promise<Command>): Promise<Executed<State, Event>>;
}

export function createCommandHandler<Command, State, Event>(options: {
  eventStore: EventStore;
  decider: Decider<Command, State, Event>;
  codec: EventCodec<Event>;
  newEventId: () => string;
}): CommandHandler<Command, State, Event> {
  const { eventStore, decider, codec, newEventId } = options;
  /**
   * Folded streams, least recently used out. Only a start for the reading on, and never trusted alone: a stream may hold
   * many thousand refusals and reads of its secret, which need not be folded again for each command.
   */
  const known = new Map<string, Stream<State>>();

  function remember(streamId: string, stream: Stream<State>): void {
    if ((known.get(streamId)?.revision ?? -1) > stream.revision) return;
    known.delete(streamId);
    known.set(streamId, stream);
    if (known.size > streamsMax) known.delete(known.keys().next().value!);
  }

  async function load(streamId: string): Promise<Stream<State>> {
    let stream: Stream<State> = known.get(streamId) ?? {
      state: decider.initialState,
      revision: -1,
      position: null,
      hash: null,
    };
    for (;;) {
      const events = await eventStore.readStream(streamId, { fromRevision: stream.revision + 1, limit: readMax });
      for (const event of events) {
        const state = decider.evolve(stream.state, codec.decode(event));
        stream = { state, revision: event.revision, position: event.position, hash: stream.hash };
      }
      const last = events.at(-1);
      if (last) stream = { ...stream, hash: eventHash(last) };
      if (events.length < readMax) break;
    }
    if (stream.revision >= 0) remember(streamId, stream);
    return stream;
  }

  async function append(streamId: string, events: NewEvent[], revision: number) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await eventStore.append(streamId, events, revision < 0 ? 'no_stream' : revision);
      } catch (error) {
        if (!(error instanceof EventStoreUnavailableError) || attempt === appendTriesMax) throw error;
      }
    }
  }

  const turns = createTurns();

  return {
    execute: (streamId, build) => turns.take(streamId, () => execute(streamId, build)),
  };

  async function execute(
    streamId: string,
    build: (state: State) => Command | Promise<Command>,
  ): Promise<Executed<State, Event>> {
    for (let attempt = 1; attempt <= conflictTriesMax; attempt++) {
      const stream = await load(streamId);
      const events = decider.decide(await build(stream.state), stream.state);
      if (events.length === 0) return { state: stream.state, events, position: stream.position };
      const stored = codec.encode(events, stream.hash, newEventId);
      try {
        const { revision, position } = await append(streamId, stored, stream.revision);
        const state = events.reduce((current, event) => decider.evolve(current, event), stream.state);
        remember(streamId, { state, revision, position, hash: eventHash(stored.at(-1)!) });
        return { state, events, position };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
      }
    }
    throw new Refusal('unavailable', 'many change it at the same time; nothing was changed, try again', [], 1);
  }
}
