import type { z } from 'zod';
import type { ServiceName } from '../http/operation';
import { accessMessageSchema } from './access';
import { deadEventHeadersSchema, deadLetterHeadersSchema } from './dead-letter';
import { deliveryBodySchema, deliveryHeadersSchema, deliveryMetaSchema } from './delivery';
import { eventTypeMessageSchema } from './event-type';
import { healthMessageSchema } from './health';
import { integrationEntrySchema } from './integration-entry';
import { outcomeMessageSchema } from './outcome';
import { topics, type TopicContract } from './topics';
import { webhookMessageSchema } from './webhook';

/** By version; several while readers must take an older one too. */
export type Versions = Readonly<Record<number, z.ZodType>>;

export interface ChannelContract {
  title: string;
  /** What the key of a message is. */
  key: string;
  /** Absent: the bytes of another message, whatever they are. */
  payload?: Versions;
  headers?: Versions;
  /** JSON in the header `meta`. */
  meta?: Versions;
  /** What a message without a value says. */
  tombstone?: string;
  senders: readonly ServiceName[];
  /** None: only people look at it. */
  receivers: readonly ServiceName[];
}

const everyService = ['registry', 'catalog', 'dispatcher', 'notifier'] as const;

/** Who tells whom what: every topic but those of the modules, which follow from the catalog of event types. */
export const channels: Readonly<Record<keyof typeof topics, ChannelContract>> = {
  deadEvents: {
    title: 'Events of modules that could not be taken, with the reason',
    key: 'As the event had it',
    headers: { 1: deadEventHeadersSchema },
    senders: ['catalog'],
    receivers: [],
  },
  deliveries: {
    title: 'An event and the webhooks that it is for; the value is what receivers get',
    key: 'The tenant id',
    payload: { 1: deliveryBodySchema },
    headers: { 1: deliveryHeadersSchema },
    meta: { 1: deliveryMetaSchema },
    senders: ['catalog', 'registry'],
    receivers: ['dispatcher'],
  },
  deadDeliveries: {
    title: 'Messages of webhook.deliveries that could not be read',
    key: 'As the message had it',
    headers: { 1: deadLetterHeadersSchema },
    senders: ['dispatcher'],
    receivers: [],
  },
  webhooks: {
    title: 'Each webhook as it stands',
    key: 'The webhook id',
    payload: { 1: webhookMessageSchema },
    senders: ['registry'],
    receivers: ['catalog', 'dispatcher', 'notifier'],
  },
  access: {
    title: 'Each API key, by its hash',
    key: 'The key id',
    payload: { 1: accessMessageSchema },
    tombstone: 'the key was revoked',
    senders: ['registry'],
    receivers: everyService,
  },
  health: {
    title: 'Changes of the health of webhooks',
    key: 'The webhook id',
    payload: { 1: healthMessageSchema },
    senders: ['registry'],
    receivers: ['notifier'],
  },
  eventTypes: {
    title: 'Each event type as it stands',
    key: 'The event type',
    payload: { 1: eventTypeMessageSchema },
    senders: ['catalog'],
    receivers: ['catalog', 'registry'],
  },
  outcomes: {
    title: 'What attempts came to',
    key: 'The webhook id',
    payload: { 1: outcomeMessageSchema },
    senders: ['dispatcher'],
    receivers: ['registry', 'notifier'],
  },
  integrationEntries: {
    title: 'Entries for the integration log',
    key: 'The tenant id',
    payload: { 1: integrationEntrySchema },
    senders: ['catalog', 'dispatcher'],
    receivers: ['notifier'],
  },
  dead: {
    title: 'Messages of internal topics that a consumer could not read',
    key: 'As the message had it',
    headers: { 1: deadLetterHeadersSchema },
    senders: ['registry', 'notifier'],
    receivers: [],
  },
};

/** A topic's settings as AsyncAPI's Kafka binding has them. */
export function kafkaBinding({ name, partitions, cleanup, retentionMs }: TopicContract) {
  return {
    topic: name,
    partitions,
    topicConfiguration: {
      'cleanup.policy': [cleanup],
      ...(retentionMs === undefined ? {} : { 'retention.ms': retentionMs }),
    },
    bindingVersion: '0.5.0',
  };
}
