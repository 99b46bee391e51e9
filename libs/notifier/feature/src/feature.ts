import { Module, type DynamicModule } from '@nestjs/common';
import { notifierOperations } from '@arkan/contracts';
import type { Service } from '@arkan/kernel';
import { notifierEntities, notifierMigrations, sweep } from '@arkan/notifier-persistence';
import type { Feature, ServiceDefinition } from '@arkan/runtime';
import { NotifierConsumers, NotifierController, tokens } from './controllers';
import { createInbox } from './inbox';
import { createIntegrationLog } from './integration-log';
import { createLoop, type Loop } from './loop';
import { sendDue } from './mail/sender';
import { createSmtpTransport } from './mail/smtp';
import type { MailTransport } from './mail/transport';
import { createParts, type NotifierDeps, type Parts } from './parts';
import { tellDueNotices } from './telling';

/** What runs beside the calls and the consumers. `sending` is null where no mail is to be sent. */
export interface Loops {
  telling: Loop;
  sending: Loop | null;
  tidying: Loop;
}

/** What no signal told of (another process gathered it, or died with it) is found after this. */
const tellEveryMs = 1_000;
const sendEveryMs = 5_000;
const tidyEveryMs = 3_600_000;

class NotifierModule {}
Module({})(NotifierModule);

/** `transport` in place of what ARKAN_SMTP_URL names, for tests. Throws ConfigError. */
export function createNotifier(deps: NotifierDeps, transport = transportOf(deps)): { feature: Feature; parts: Parts } {
  const parts = createParts(deps, transport !== null);
  const loops = createLoops(parts, transport);
  const { database, cursors, clock } = deps;
  const module: DynamicModule = {
    module: NotifierModule,
    controllers: [NotifierController, NotifierConsumers],
    providers: [
      { provide: tokens.parts, useValue: parts },
      { provide: tokens.loops, useValue: loops },
      { provide: tokens.inbox, useValue: createInbox({ orm: database.orm, cursors, clock }) },
      { provide: tokens.log, useValue: createIntegrationLog({ pool: database.pool, cursors }) },
    ],
  };
  const feature: Feature = {
    module,
    viewHandlers: parts.webhooks.handlers,
    useViews: (views) => void (parts.views = views),
    service: backgroundOf(parts, loops, transport),
    health: [
      {
        name: 'notifier.database',
        async check() {
          await database.pool.query('select 1');
          return null;
        },
      },
    ],
  };
  return { feature, parts };
}

function transportOf({ config }: NotifierDeps): MailTransport | null {
  const { ARKAN_SMTP_URL: url, ARKAN_MAIL_FROM: from } = config;
  return url && from ? createSmtpTransport({ url, from }) : null;
}

function createLoops(parts: Parts, transport: MailTransport | null): Loops {
  const { clock, config, database, log } = parts.deps;
  const sending =
    transport &&
    createLoop({
      name: 'sending mail',
      clock,
      log,
      everyMs: sendEveryMs,
      run: (isStopping) => sendDue(parts, transport, isStopping),
    });
  const telling = createLoop({
    name: 'telling owners',
    clock,
    log,
    everyMs: tellEveryMs,
    async run() {
      if ((await tellDueNotices(parts)) > 0) sending?.wake();
    },
  });
  const tidying = createLoop({
    name: 'dropping what is past its time',
    clock,
    log,
    everyMs: tidyEveryMs,
    async run() {
      const nowMs = clock.now();
      await parts.logDays.maintain(nowMs);
      await parts.toldDays.maintain(nowMs);
      await sweep(database.pool, nowMs, config.ARKAN_LOG_RETENTION_DAYS);
    },
  });
  return { telling, sending, tidying };
}

function backgroundOf(parts: Parts, loops: Loops, transport: MailTransport | null): Service {
  const { clock } = parts.deps;
  const all = [loops.tidying, loops.telling, ...(loops.sending ? [loops.sending] : [])];
  return {
    async start() {
      // The days of today must be there before the first message is taken.
      await parts.logDays.maintain(clock.now());
      await parts.toldDays.maintain(clock.now());
      for (const loop of all) await loop.start();
    },
    async stop() {
      await Promise.all(all.map((loop) => loop.stop()));
      transport?.close();
    },
  };
}

export const notifierService: ServiceDefinition = {
  name: 'notifier',
  database: { entities: notifierEntities, migrations: notifierMigrations, poolMax: 8 },
  usesEventStore: false,
  operations: Object.values(notifierOperations),
  create: (deps) => createNotifier(deps).feature,
};
