import { z } from 'zod';

/** A message that can't be read: wrong JSON, wrong shape, or a version that this build does not know. It is parked, never retried. */
export class UnreadableMessageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableMessageError';
  }
}

export interface Codec<T> {
  readonly schema: z.ZodType<T>;
  encode(message: T): Buffer;
  /** Throws UnreadableMessageError. */
  decode(value: Buffer | null): T;
}

/** JSON in UTF-8. Readers ignore fields that they don't know, so that a field can be added without a new version. */
export function jsonCodec<T>(name: string, schema: z.ZodType<T>): Codec<T> {
  return {
    schema,
    encode: (message) => Buffer.from(JSON.stringify(message)),
    decode(value) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(value?.toString('utf8') ?? 'null');
      } catch {
        throw new UnreadableMessageError(`${name}: not JSON`);
      }
      const result = schema.safeParse(parsed);
      if (result.success) return result.data;
      const issue = result.error.issues[0];
      throw new UnreadableMessageError(
        `${name}: ${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not valid'}`,
      );
    },
  };
}
