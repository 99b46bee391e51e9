import { Controller, Inject, Module, Req, type DynamicModule } from '@nestjs/common';
import { sessionCookie, sessionOperations as operations, type InputOf, type ResponseOf } from '@arkan/contracts';
import { Refusal, type Clock } from '@arkan/kernel';
import type { FastifyRequest } from 'fastify';
import { hashKey } from '../access';
import { answer, Input, Operation } from '../http/operation';
import type { Logger } from '../log';
import { createFailedTries, type FailedTries } from './failed-tries';
import type { OnceTokens } from './once-tokens';
import { cameByTls, checkSessionRequest, refuseCrossSite } from './request-origin';
import type { Session, Sessions } from './sessions';

export interface SessionModuleOptions {
  clock: Clock;
  log: Logger;
  sessions: Sessions;
  onceTokens: OnceTokens;
  /** The views' barrier: a revoked key begins no session from the answer of its revocation on. */
  barrier(): Promise<void>;
}

interface Parts extends SessionModuleOptions {
  tries: FailedTries;
}
const SESSIONS = Symbol('sessions');

@Controller()
class SessionController {
  constructor(@Inject(SESSIONS) private readonly parts: Parts) {}

  @Operation(operations.createSession)
  async create(@Req() request: FastifyRequest, @Input() { body }: InputOf<typeof operations.createSession>) {
    refuseCrossSite(request);
    const { sessions, tries, log, clock, barrier } = this.parts;
    await barrier();
    // From here to the end without a pause, so that tries at the same moment are counted one by one.
    tries.check(request.ip);
    const keySha256 = this.keyOf(body);
    const begun = keySha256 === null ? null : sessions.begin(keySha256);
    if (!begun) {
      tries.count(request.ip);
      log.warn({ sourceIp: request.ip, requestId: request.id }, 'a sign-in was refused');
      throw new Refusal(
        'unauthenticated',
        body.onceToken === undefined
          ? 'this API key is unknown, expired or revoked; give one that is valid'
          : 'this link was used, is older than 10 minutes, or the platform was started anew; sign in by an API key',
      );
    }
    const { session, value } = begun;
    log.info(
      { principal: session.credential.principal.id, sourceIp: request.ip, requestId: request.id },
      'a session began',
    );
    const maxAgeSeconds = Math.ceil((session.expiresAt - clock.now()) / 1_000);
    return answer(shown(session), { 'set-cookie': cookieOf(request, value, maxAgeSeconds) });
  }

  @Operation(operations.readSession)
  async read(@Req() request: FastifyRequest) {
    await this.parts.barrier();
    const session = this.parts.sessions.open(request.headers.cookie);
    if (!session)
      throw new Refusal('unauthenticated', 'there is no session, or it has ended; begin one by POST /v1/session');
    checkSessionRequest(request, session);
    return shown(session);
  }

  /** Also where there is none any more: the browser is rid of the cookie in any case. */
  @Operation(operations.deleteSession)
  async delete(@Req() request: FastifyRequest) {
    await this.parts.barrier();
    const session = this.parts.sessions.open(request.headers.cookie);
    if (session) checkSessionRequest(request, session);
    return answer(undefined, { 'set-cookie': cookieOf(request, '', 0) });
  }

  private keyOf({ apiKey, onceToken }: { apiKey?: string; onceToken?: string }): string | null {
    return apiKey === undefined ? this.parts.onceTokens.redeem(onceToken!) : hashKey(apiKey);
  }
}

function shown({ credential, csrfToken, expiresAt }: Session): ResponseOf<typeof operations.readSession> {
  const { id, kind, role, tenantId } = credential.principal;
  return { principal: { id, kind, role }, tenantId, csrfToken, expiresAt: new Date(expiresAt).toISOString() };
}

function cookieOf({ headers }: FastifyRequest, value: string, maxAgeSeconds: number): string {
  const secure = cameByTls(headers) ? '; Secure' : '';
  return `${sessionCookie}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}${secure}`;
}

@Module({})
class SessionModule {}

/** Sign-in and sign-out, for the process that has the registry. */
export function sessionModule(options: SessionModuleOptions): DynamicModule {
  const parts: Parts = { ...options, tries: createFailedTries(options.clock) };
  return {
    module: SessionModule,
    controllers: [SessionController],
    providers: [{ provide: SESSIONS, useValue: parts }],
  };
}
