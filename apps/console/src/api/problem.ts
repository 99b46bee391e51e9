import type { components } from './schema.gen';

export type Problem = components['schemas']['Problem'];

/** What the API refused, or what hid its answer: `status` 0 is a connection that failed. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

const made = (status: number, code: string, title: string, detail: string): Problem => ({
  type: `urn:arkanpm:problem:${code}`,
  title,
  status,
  code,
  detail,
  instance: '',
  errors: [],
});

/** A proxy's page or an empty body is no problem document: say what is known all the same. */
export function problemOf(body: unknown, status: number): Problem {
  const given = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  if (typeof given.code === 'string' && typeof given.title === 'string') {
    return { ...made(status, given.code, given.title, given.detail ?? ''), ...given, errors: given.errors ?? [] };
  }
  return made(
    status,
    'unknown',
    `The server answered ${status}`,
    'Try again; if it stays, tell who runs the platform.',
  );
}

export const unreachable = () =>
  made(0, 'unreachable', 'The platform does not answer', 'Check the connection. The page tries again by itself.');

/** One line or two for a toast: what was refused and, where the API said it, which field and why. */
export function messageOf(error: unknown): { title: string; detail: string } {
  if (!(error instanceof ApiError)) {
    return { title: 'Something broke in the console', detail: error instanceof Error ? error.message : String(error) };
  }
  const { title, detail, errors } = error.problem;
  const fields = errors.map(({ pointer, message }) => `${fieldName(pointer)} ${message}`.trim()).join('; ');
  return { title, detail: fields || detail };
}

/** `/customHeaders/X-Team` -> `customHeaders`; `query/status` -> `status`. */
export function fieldOf(pointer: string): string {
  const [head = '', ...rest] = pointer.replace(/^\//, '').split('/');
  return pointer.startsWith('/') ? head : (rest[0] ?? head);
}

function fieldName(pointer: string): string {
  return pointer.replace(/^\//, '').replaceAll('/', ' ').replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Puts each refusal at its field; the answer is what no field of the form took. */
export function toFields<Field extends string>(
  error: unknown,
  fields: readonly Field[],
  set: (field: Field, message: string) => void,
): string[] {
  if (!(error instanceof ApiError)) return [messageOf(error).detail];
  const { errors, detail, title } = error.problem;
  const left = errors.flatMap(({ pointer, message }) => {
    const field = fields.find((name) => name === fieldOf(pointer));
    if (!field) return [`${fieldName(pointer)} ${message}`];
    const inner = pointer.split('/').slice(2).map(fieldName).join(' ');
    set(field, inner ? `${inner} ${message}` : message);
    return [];
  });
  return errors.length === 0 ? [detail || title] : left;
}
