import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isProblemCode, problems, type Problem, type ProblemCode } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import { BusTimeoutError, BusUnavailableError, EventStoreUnavailableError } from '@arkan/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../log';

const byStatus: Partial<Record<number, ProblemCode>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
};

/** A dependency is gone, seen from its client: pg's and Node's codes. The caller may try again; nothing was accepted. */
function isOutage(error: unknown): boolean {
  if (
    error instanceof EventStoreUnavailableError ||
    error instanceof BusUnavailableError ||
    error instanceof BusTimeoutError
  )
    return true;
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (
    typeof code === 'string' &&
    (/^(08|57P|53)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code))
  )
    return true;
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}

const words: Partial<Record<ProblemCode, string>> = {
  malformed_json: 'the body can not be read as JSON; check it with a JSON parser',
  malformed_request: 'the request line, a header or the body can not be read',
  not_found: 'there is nothing at this address',
  body_too_large: 'the body is larger than this call takes',
  unsupported_media_type: 'send application/json (or, for events, application/cloudevents+json)',
  request_timeout: 'send the whole request faster',
  internal: 'try again; where it goes on, give the operator the instance id',
  unavailable: 'try again after the time in Retry-After',
};

/** Everything thrown becomes an RFC 9457 document of the catalogue. What is not a Refusal is logged, and not shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { problem, retryAfterSeconds } = this.describe(error, request);
    if (reply.sent) return;
    if (retryAfterSeconds !== null) void reply.header('retry-after', String(retryAfterSeconds));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void send(reply, problem);
  }

  private describe(error: unknown, request: FastifyRequest): { problem: Problem; retryAfterSeconds: number | null } {
    if (error instanceof Refusal) {
      const code = isProblemCode(error.code) ? error.code : 'internal';
      return {
        problem: document(code, error.detail, request, error.errors),
        retryAfterSeconds: error.retryAfterSeconds,
      };
    }
    if (error instanceof HttpException) {
      const status = error.getStatus();
      const json = String(request.headers['content-type'] ?? '').includes('json');
      const code = byStatus[status] ?? (status < 500 ? (json ? 'malformed_json' : 'malformed_request') : 'internal');
      if (code === 'internal') this.log.error({ err: error, requestId: request.id }, 'a request failed');
      return { problem: document(code, words[code] ?? problems[code].title, request), retryAfterSeconds: null };
    }
    if (isOutage(error)) {
      this.log.warn({ err: error, requestId: request.id }, 'a request met a dependency that is down');
      return { problem: document('unavailable', words.unavailable!, request), retryAfterSeconds: 5 };
    }
    this.log.error({ err: error, requestId: request.id }, 'a request failed');
    return { problem: document('internal', words.internal!, request), retryAfterSeconds: null };
  }
}

/** For a route outside of Nest. */
export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  code: ProblemCode,
  detail = words[code] ?? problems[code].title,
): FastifyReply {
  return send(reply, document(code, detail, request));
}

const send = (reply: FastifyReply, problem: Problem): FastifyReply =>
  reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));

function document(code: ProblemCode, detail: string, request: FastifyRequest, errors: Problem['errors'] = []): Problem {
  const { status, title } = problems[code];
  return { type: `urn:arkanpm:problem:${code}`, title, status, code, detail, instance: String(request.id), errors };
}
