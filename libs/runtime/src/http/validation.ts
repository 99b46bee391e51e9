import type { z } from 'zod';
import { Refusal, type FieldError } from '@arkan/kernel';

const escape = (part: PropertyKey) => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

const limitOf = (issue: z.core.$ZodIssue): string | number | null => {
  if (issue.code === 'too_big') return Number(issue.maximum);
  if (issue.code === 'too_small') return Number(issue.minimum);
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  return null;
};

/** Every refused field of a zod error, each with its own pointer; an unknown field is named itself, not its parent. */
export function fieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.slice(0, 100).flatMap((issue): FieldError[] => {
    const at = [prefix, ...issue.path.map(escape)].join('/');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, 50).map((key) => ({
        pointer: `${at}/${escape(key)}`,
        code: 'unknown_field',
        message: 'is not a field here; leave it out',
        limit: null,
      }));
    }
    if (issue.code === 'invalid_type' && issue.input === undefined) {
      return [{ pointer: at, code: 'missing', message: 'is missing', limit: null }];
    }
    if (issue.code === 'custom' && typeof issue.params?.code === 'string') {
      const limit = (issue.params as { limit?: string | number | null }).limit ?? null;
      return [{ pointer: at, code: issue.params.code, message: issue.message, limit }];
    }
    const message =
      issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
        ? `must be of type ${issue.expected}`
        : issue.message;
    return [{ pointer: at, code: issue.code, message, limit: limitOf(issue) }];
  });
}

/** Parses or throws Refusal `invalid` that names every field. `prefix` is '' for a body, or `query`, `path`. */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, prefix: string): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors = fieldErrors(result.error, prefix);
  throw new Refusal(
    'invalid',
    errors
      .map((error) => `${error.pointer || '/'} ${error.message}`)
      .slice(0, 5)
      .join('; '),
    errors,
  );
}

/** Objects and arrays within one another, counted without recursion: a hostile body must not spend the stack. Stops at `max` + 1. */
export function depthOf(value: unknown, max: number): number {
  let level: unknown[] = [value];
  let depth = 0;
  while (depth <= max) {
    const next: unknown[] = [];
    let nested = false;
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      nested = true;
      for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) next.push(child);
    }
    if (!nested) return depth;
    depth++;
    level = next;
  }
  return depth;
}

export const bodyDepthMax = 64;

export function checkDepth(body: unknown, max = bodyDepthMax): void {
  if (depthOf(body, max) <= max) return;
  const error = {
    pointer: '',
    code: 'too_deep',
    message: `must nest objects and arrays at most ${max} deep`,
    limit: max,
  };
  throw new Refusal('invalid', `the body ${error.message}`, [error]);
}
