import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Controller, Get, Module, Res, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@arkan/contracts';
import { errorMessage } from '@arkan/kernel';
import type { MessageBus } from '@arkan/ports';
import type { FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { BusTransport } from '../bus-transport';
import { nestLogger, type Logger } from '../log';
import type { MetricsRegistry } from '../metrics';
import type { Sealer } from '../sealing';
import { AccessGuard, type AccessGuardOptions } from './access-guard';
import { serveConsole } from './console';
import type { HealthCheck } from './health';
import { Idempotency } from './idempotency';
import { answerKeeperName } from './operation';
import { ProblemFilter } from './problem-filter';

export interface HttpAppOptions {
  modules: DynamicModule[];
  bus: MessageBus;
  log: Logger;
  metrics: MetricsRegistry;
  guard: AccessGuardOptions;
  sealer: Sealer;
  /** Where each service of this process keeps its idempotent answers. */
  pools: ReadonlyMap<ServiceName, Pool>;
  health: HealthCheck[];
  /** Networks whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  /** The OpenAPI document of this process's operations. */
  openApi: object;
  /** The built console, where this process serves it. */
  consoleDirectory?: string;
}

/** Of a JSON body. A CloudEvents batch may have more, see the parser below. */
const bodyMaxBytes = 1_048_576;
const batchMaxBytes = 16 * 1_048_576;
const checkMaxMs = 2_000;

/** Production and tests build the application here. It serves HTTP after `listen` and consumes after `startAllMicroservices`. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyMaxBytes,
    // Time for a whole request to arrive: a body that drips holds its socket no longer than this.
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 512 },
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    logger: false,
    trustProxy: options.trustedProxies && options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
  });
  const fastify = adapter.getInstance();
  const json = fastify.getDefaultJsonParser('error', 'ignore');
  fastify.addContentTypeParser('application/cloudevents+json', { parseAs: 'string', bodyLimit: bodyMaxBytes }, json);
  fastify.addContentTypeParser(
    'application/cloudevents-batch+json',
    { parseAs: 'string', bodyLimit: batchMaxBytes },
    json,
  );
  fastify.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    // The console's files say themselves how long they hold.
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  if (options.consoleDirectory !== undefined) serveConsole(adapter, options.consoleDirectory);

  fastify.decorate(answerKeeperName, new Idempotency(options.pools, options.sealer));

  const app = await NestFactory.create<NestFastifyApplication>(rootModule(options), adapter, {
    logger: nestLogger(options.log),
    abortOnError: false,
    // Nest's would also read forms, and a form can be sent by any page there is, without asking first. Fastify's own reads JSON.
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(options.log));
  app.useGlobalGuards(new AccessGuard(options.guard));
  app.connectMicroservice({ strategy: new BusTransport(options.bus, options.log) });
  return app;
}

function rootModule(options: HttpAppOptions): Type {
  let stopping = false;

  @Controller()
  class OperationsController {
    @Get('/health/live')
    live() {
      return { status: 'ok' };
    }

    @Get('/health/ready')
    async ready(@Res({ passthrough: true }) reply: FastifyReply) {
      const checks = await Promise.all(
        options.health.map(async (check) => [check.name, await bounded(check)] as const),
      );
      const wrong = Object.fromEntries(checks.filter(([, problem]) => problem !== null));
      if (stopping) wrong.process = 'stopping';
      const ready = Object.keys(wrong).length === 0;
      if (!ready) void reply.status(503).header('retry-after', '5');
      return {
        status: ready ? 'ok' : 'unavailable',
        checks: Object.fromEntries(checks.map(([name, problem]) => [name, problem ?? 'ok'])),
      };
    }

    @Get('/metrics')
    async metrics(@Res() reply: FastifyReply) {
      const text = await options.metrics.metrics();
      await reply.header('content-type', options.metrics.contentType).send(text);
    }

    @Get('/openapi.json')
    openApi() {
      return options.openApi;
    }

    /** Before the server closes: a balancer that asks is told to send no more. */
    onModuleDestroy() {
      stopping = true;
    }
  }

  @Module({ imports: options.modules, controllers: [OperationsController] })
  class RootModule {}
  return RootModule;
}

async function bounded(check: HealthCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${checkMaxMs} ms`), checkMaxMs);
  });
  try {
    return await Promise.race([check.check().catch(errorMessage), late]);
  } finally {
    clearTimeout(timer);
  }
}
