import type { z } from 'zod';
import type { ProblemCode } from '../problems';
import type { Role } from './common';

export type ServiceName = 'registry' | 'catalog' | 'dispatcher' | 'notifier';

/**
 * One call of the API: the route, who may call it, what it takes and gives. Controllers, OpenAPI and the console's client are
 * made from these, so that they can't differ.
 */
export interface Operation {
  /** Also the operationId. */
  id: string;
  service: ServiceName;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters. */
  path: string;
  summary: string;
  /** `operator` may call everything and need not be listed. */
  roles: readonly Role[];
  /** No credential is asked for; the handler sees to who calls. */
  public?: boolean;
  /** `required`: the call works on one tenant; an operator names it by X-Tenant-Id. `optional`: an operator may leave it out. `none`: no tenant. */
  tenant: 'required' | 'optional' | 'none';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** In place of `body`, where the handler reads it by its content type: for the reference only. */
  bodies?: Record<string, z.ZodType>;
  /** May the body be absent? Then an empty object is taken for it. */
  bodyOptional?: boolean;
  /** Takes If-Match with a revision. */
  ifMatch?: boolean;
  status: number;
  response: z.ZodType | null;
  /** Refusals beside the common ones (401, 403, 404 for ids, 422, 503). */
  problems?: readonly ProblemCode[];
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : Record<string, never>;

export interface InputOf<O extends Operation> {
  params: Parsed<O['params']>;
  query: Parsed<O['query']>;
  body: Parsed<O['body']>;
}
export type ResponseOf<O extends Operation> = O['response'] extends z.ZodType ? z.input<O['response']> : void;

/** Keeps the literal types of an operation's schemas. */
export function operation<const O extends Operation>(op: O): O {
  return op;
}
