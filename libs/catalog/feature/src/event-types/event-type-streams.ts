import {
  decodeChange,
  encodeChange,
  eventTypeDecider,
  eventTypeStream,
  foldEventType,
  type Change,
  type ChangeMetadata,
  type PutEventType,
} from '@arkan/catalog-domain';
import { newUuid, Refusal } from '@arkan/kernel';
import { WrongExpectedRevisionError, type EventStore, type RecordedEvent } from '@arkan/ports';

/** A change and where the store has it. */
export interface RecordedChange extends Change {
  position: bigint;
}

const pageMax = 1_000;
/** Events of one type; a catalog is changed by people. */
const changesMax = 20_000;
const triesMax = 5;

export async function readChanges(eventStore: EventStore, type: string): Promise<RecordedChange[]> {
  const changes: RecordedChange[] = [];
  while (changes.length < changesMax) {
    const page = await eventStore.readStream(eventTypeStream(type), { fromRevision: changes.length, limit: pageMax });
    changes.push(...page.map(toChange));
    if (page.length < pageMax) break;
  }
  return changes;
}

export const toChange = (event: RecordedEvent): RecordedChange => ({
  ...decodeChange(event),
  position: event.position,
});

/**
 * Load, decide, append; again where another was faster. `command` is made from what is there now, null where nothing is to be done.
 * Gives the revision that the type then has, 0 where there is none.
 */
export async function changeEventType(
  eventStore: EventStore,
  type: string,
  command: (changes: readonly Change[]) => PutEventType | null,
  metadata: ChangeMetadata,
): Promise<{ revision: number; changed: boolean }> {
  for (let tries = 1; ; tries++) {
    const changes = await readChanges(eventStore, type);
    const put = command(changes);
    const events = put ? eventTypeDecider.decide(put, foldEventType(changes)) : [];
    if (events.length === 0) return { revision: changes.length, changed: false };
    try {
      const { revision } = await eventStore.append(
        eventTypeStream(type),
        events.map((event) => ({ id: newUuid(), ...encodeChange({ event, metadata }) })),
        changes.length === 0 ? 'no_stream' : changes.length - 1,
      );
      return { revision: revision + 1, changed: true };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
      if (tries >= triesMax)
        throw new Refusal('unavailable', 'others change this event type at the same time; try again', [], 1);
    }
  }
}
