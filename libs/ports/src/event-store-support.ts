import type { NewEvent } from './event-store';

export const appendEventsMax = 100;
const nameMax = 512;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What every event store refuses before it asks its server, with a RangeError: a fault of the caller, never of users. */
export function checkAppend(streamId: string, events: readonly NewEvent[]): void {
  checkName('stream id', streamId);
  if (events.length < 1 || events.length > appendEventsMax) {
    throw new RangeError(`an append has 1 to ${appendEventsMax} events, not ${events.length}`);
  }
  for (const { id, type } of events) {
    if (!uuid.test(id)) throw new RangeError(`the event id ${JSON.stringify(id)} is not a UUID in lower case`);
    checkName('event type', type);
  }
  if (new Set(events.map(({ id }) => id)).size < events.length)
    throw new RangeError('two events of an append have the same id');
}

function checkName(what: string, text: string): void {
  if (text.length < 1 || text.length > nameMax || text.includes('\0')) {
    throw new RangeError(`a ${what} has 1 to ${nameMax} characters and no NUL`);
  }
}

/** 1 or more; throws a RangeError otherwise. */
export function checkLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a limit is 1 or more, not ${limit}`);
  return limit;
}
