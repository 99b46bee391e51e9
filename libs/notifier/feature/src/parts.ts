import type { NoticePolicy } from '@arkan/notifier-domain';
import { createDayPartitions, type DayPartitions } from '@arkan/notifier-persistence';
import { Counter, Gauge, type MetricsRegistry, type ServiceDeps, type TopicViews } from '@arkan/runtime';
import { createWebhookView, type WebhookView } from './webhook-view';

/** What the notifier's consumers, loops and calls share. */
export interface Parts {
  deps: NotifierDeps;
  policy: NoticePolicy;
  /** Days of the integration log. */
  logDays: DayPartitions;
  /** Days of the deliveries that were told. */
  toldDays: DayPartitions;
  webhooks: WebhookView;
  metrics: NotifierMetrics;
  /** Set once, before anything runs. */
  views: TopicViews | null;
  /** Whether mails are written at all: there is somebody to hand them to. */
  mailsOn: boolean;
}

export type NotifierDeps = Pick<
  ServiceDeps,
  'config' | 'clock' | 'random' | 'log' | 'metrics' | 'cursors' | 'bus' | 'database'
>;

/** How long a first notice waits for what has the same cause and comes by another way. */
const settleMs = 2_000;
/** A delivery may be given up long after it was made (it was held, or its retries were far apart): its day is remembered longer than the log's. */
const toldExtraDays = 30;

export function createParts(deps: NotifierDeps, mailsOn: boolean): Parts {
  const { pool } = deps.database;
  const retentionDays = deps.config.ARKAN_LOG_RETENTION_DAYS;
  return {
    deps,
    policy: { windowMs: deps.config.ARKAN_NOTICE_WINDOW_MS, settleMs },
    logDays: createDayPartitions(pool, 'log_entry', retentionDays),
    toldDays: createDayPartitions(pool, 'told_delivery', retentionDays + toldExtraDays),
    webhooks: createWebhookView(),
    metrics: createNotifierMetrics(deps.metrics),
    views: null,
    mailsOn,
  };
}

export interface NotifierMetrics {
  notifications: Counter<'kind'>;
  mails: Counter<'outcome'>;
  mailQueue: Gauge;
  parked: Counter<'topic'>;
}

function createNotifierMetrics(registry: MetricsRegistry): NotifierMetrics {
  const registers = [registry];
  return {
    notifications: new Counter({
      name: 'arkan_notifications_total',
      help: 'Notices written to the inbox, by what they go by',
      labelNames: ['kind'],
      registers,
    }),
    mails: new Counter({
      name: 'arkan_mails_total',
      help: 'Tries to hand a mail over: sent, retried or given_up',
      labelNames: ['outcome'],
      registers,
    }),
    mailQueue: new Gauge({ name: 'arkan_mail_queue', help: 'Mails that wait to be handed over', registers }),
    parked: new Counter({
      name: 'arkan_notifier_parked_total',
      help: 'Messages that could not be read or kept, and went to the dead-letter topic',
      labelNames: ['topic'],
      registers,
    }),
  };
}
