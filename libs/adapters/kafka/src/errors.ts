import { BusTimeoutError, BusUnavailableError, InvalidMessageError, UnknownTopicError } from '@arkan/ports';

interface KafkaError extends Error {
  /** Of a protocol error, as in Kafka's list. */
  type?: string;
  retriable?: boolean;
  cause?: unknown;
  /** Of several topics: what became of each. */
  errors?: unknown[];
}

const own = [BusTimeoutError, BusUnavailableError, InvalidMessageError, UnknownTopicError];
const tooLarge = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
/** What another try won't better: the errors themselves say what is to be done. */
const refused =
  /AUTHORIZATION_FAILED|SASL|INVALID_TOPIC_EXCEPTION|INVALID_REPLICATION_FACTOR|POLICY_VIOLATION|INVALID_CONFIG/;

/** The port's error for one of kafkajs. */
export function translate(error: unknown): Error {
  if (own.some((known) => error instanceof known)) return error as Error;
  const chain = causes(error);
  const types = chain.map(({ type }) => type ?? '');
  const message = chain[0]!.message;
  if (types.some((type) => tooLarge.includes(type))) {
    return new InvalidMessageError(`the broker takes no message of this size: ${message}`);
  }
  const refusal = chain.find(({ name, type }) => refused.test(type ?? '') || refused.test(name));
  if (refusal) return refusal;
  if (chain.some(({ name }) => name === 'KafkaJSRequestTimeoutError' || name === 'KafkaJSLockTimeout')) {
    return new BusTimeoutError(`Kafka did not answer in time: ${message}`, { cause: error });
  }
  if (chain.some(({ name }) => name.startsWith('KafkaJS'))) {
    return new BusUnavailableError(`Kafka can't be reached: ${message}`, { cause: error });
  }
  return chain[0]!;
}

export function hasType(error: unknown, ...types: string[]): boolean {
  return causes(error).some(({ type }) => type !== undefined && types.includes(type));
}

const causeOf = (error: KafkaError): unknown => error.cause ?? error.errors?.[0];

/** The error and what caused it, ten at most. */
function causes(error: unknown): KafkaError[] {
  const chain: KafkaError[] = [];
  for (let at = error; at instanceof Error && chain.length < 10; at = causeOf(at)) chain.push(at);
  return chain.length > 0 ? chain : [new Error(String(error))];
}

/** Rejects with BusTimeoutError after `forMs`; what `promise` comes to later is dropped. */
export function within<T>(forMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BusTimeoutError(`${what}: Kafka did not answer within ${forMs} ms`)), forMs);
  });
  promise.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
