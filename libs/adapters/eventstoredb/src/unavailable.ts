import { errorMessage, type Clock } from '@arkan/kernel';
import { EventStoreUnavailableError } from '@arkan/ports';
import { ErrorType, isCommandError } from '@eventstore/db-client';

/** What will not go better by itself, and so is passed on as it is. */
const lasting = new Set<ErrorType>([
  ErrorType.ACCESS_DENIED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.STREAM_DELETED,
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.UNSUPPORTED,
]);

/** EventStoreUnavailableError for what may go better at another time, a RangeError for too much at once, anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof EventStoreUnavailableError || error instanceof RangeError || error instanceof TypeError) {
    return error;
  }
  if (error instanceof Error && isCommandError(error)) {
    if (lasting.has(error.type)) return error;
    if (error.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
      return new RangeError('the append is larger than the event store takes', { cause: error });
    }
  }
  return new EventStoreUnavailableError(`the event store does not answer: ${errorMessage(error)}`, { cause: error });
}

/** `work`, or EventStoreUnavailableError after `ms`. What becomes of the work then is nobody's concern. */
export async function limited<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.schedule(ms, () =>
      reject(new EventStoreUnavailableError(`the event store gave no answer within ${ms} ms`)),
    );
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw explained(error);
  } finally {
    cancel();
  }
}
