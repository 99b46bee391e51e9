/** One field that was refused. `pointer` is an RFC 6901 JSON pointer into the body, or `query/<name>`, `header/<name>`, `path/<name>`. */
export interface FieldError {
  pointer: string;
  /** A stable word for programs. */
  code: string;
  /** What is wrong and what to do, for a person. */
  message: string;
  /** The bound that was passed, where there is one. */
  limit: string | number | null;
}

/**
 * An expected refusal: data, not a fault. `code` is one of the catalogue in `@arkan/contracts`; the HTTP edge turns it into
 * an RFC 9457 problem document.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Refusal';
  }
}

/** For the end of a switch over a union: a new member is then a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** The message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(errorMessage).join('; ');
  return error instanceof Error ? error.message : String(error);
}
