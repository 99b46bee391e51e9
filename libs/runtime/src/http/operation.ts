import {
  applyDecorators,
  createParamDecorator,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { InputOf, Operation as OperationContract } from '@arkan/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from './call';
import { checkDepth, parseInput } from './validation';

export const operationKey = 'arkan:operation';
const methods = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

export interface ArkanRequest extends FastifyRequest {
  call?: Call;
}

/** Keeps answers under an Idempotency-Key; see idempotency.ts. The application has one, under this name of its Fastify instance. */
export interface AnswerKeeper {
  answer(contract: OperationContract, exchange: Exchange, handle: () => Promise<unknown>): Promise<unknown>;
}
export const answerKeeperName = 'arkanAnswerKeeper';

export interface Exchange {
  request: ArkanRequest;
  reply: FastifyReply;
}

const ExchangeParam = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest<ArkanRequest>(), reply: http.getResponse<FastifyReply>() };
});

/**
 * Makes a method the handler of an operation of the contract: route, status, roles and checks all come from there. What is done
 * around every handler (idempotent answers, an Answer's headers) is wrapped around the method and not a Nest interceptor: with any
 * interceptor at all a request costs 70 us more, which is more than the acceptance of an event.
 */
export function Operation(contract: OperationContract): MethodDecorator {
  return (target, name, descriptor) => {
    const handle = descriptor.value as (...args: unknown[]) => unknown;
    const exchangeAt = handle.length;
    ExchangeParam()(target, name, exchangeAt);
    const wrapped = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const exchange = args[exchangeAt] as Exchange | undefined;
      const run = async () => handle.apply(this, args.slice(0, exchangeAt));
      if (!exchange) return run();
      const keeper = (exchange.request.server as { [answerKeeperName]?: AnswerKeeper })[answerKeeperName];
      const value = keeper ? await keeper.answer(contract, exchange, run) : await run();
      if (!(value instanceof Answer)) return value;
      void exchange.reply.headers(value.headers);
      return value.body as unknown;
    };
    descriptor.value = wrapped as typeof descriptor.value;
    applyDecorators(
      methods[contract.method](contract.path.replaceAll(/\{(\w+)\}/g, ':$1')),
      HttpCode(contract.status),
      SetMetadata(operationKey, contract),
    )(target, name, descriptor);
  };
}

export function operationOf(context: ExecutionContext): OperationContract | undefined {
  return Reflect.getMetadata(operationKey, context.getHandler()) as OperationContract | undefined;
}

function readInput(contract: OperationContract, request: FastifyRequest): InputOf<OperationContract> {
  const params = contract.params ? parseInput(contract.params, request.params, 'path') : {};
  const query = contract.query ? parseInput(contract.query, request.query ?? {}, 'query') : {};
  if (!contract.body) return { params, query, body: {} } as InputOf<OperationContract>;
  const given =
    request.body === undefined || request.body === null ? (contract.bodyOptional ? {} : request.body) : request.body;
  checkDepth(given);
  return { params, query, body: parseInput(contract.body, given, '') } as InputOf<OperationContract>;
}

/** The checked params, query and body of the operation: `@Input() input: InputOf<typeof op>`. Throws Refusal `invalid`. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const contract = operationOf(context);
  if (!contract) throw new Error('@Input() stands on a method without @Operation()');
  return readInput(contract, context.switchToHttp().getRequest<FastifyRequest>());
});

/** `@Caller() call: Call`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const { call } = context.switchToHttp().getRequest<ArkanRequest>();
  if (!call) throw new Error('@Caller() stands on a method without @Operation()');
  return call;
});

/** A body with headers of its own: `return answer(webhook, { etag: '"3"' })`. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly headers: Record<string, string>,
  ) {}
}
export const answer = <T>(body: T, headers: Record<string, string>): Answer<T> => new Answer(body, headers);
export const etag = (revision: number): string => `"${revision}"`;
