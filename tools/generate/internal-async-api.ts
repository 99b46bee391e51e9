import { z } from 'zod';
import {
  channels,
  kafkaBinding,
  topicContracts,
  topics,
  type ChannelContract,
  type ServiceName,
  type TopicContract,
  type Versions,
} from '@arkan/contracts';

type Name = keyof typeof topics;
type Json = Record<string, unknown>;
const names = Object.keys(channels) as Name[];

/** AsyncAPI 3.0 of every topic that the services talk on, with who sends and who receives. Those of the modules are in events.json. */
export function internalAsyncApi(version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'ArkanPM Webhooks: messages between the services',
      version,
      description:
        'Nobody else may send here, and what stands here changes with the releases of the platform. Readers ignore fields that they do not know; a message that can not be read is parked on a topic of dead letters, and the next one goes on. What modules emit is described in events.json.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(names.map((name) => [name, channelOf(name)])),
    operations: Object.fromEntries(names.flatMap(operationsOf)),
    components: { messages: Object.fromEntries(names.flatMap(messagesOf)) },
  };
}

function channelOf(name: Name): Json {
  const { title, tombstone } = channels[name];
  return {
    address: topics[name],
    title,
    ...(tombstone ? { description: `A message without a value: ${tombstone}.` } : {}),
    messages: Object.fromEntries(messagesOf(name).map(([id]) => [id, { $ref: `#/components/messages/${id}` }])),
    bindings: { kafka: kafkaBinding(topicOf(name)) },
  };
}

function topicOf(name: Name): TopicContract {
  const topic = topicContracts.find((one) => one.name === topics[name]);
  if (!topic) throw new Error(`${topics[name]} is not among the topicContracts`);
  return topic;
}

function operationsOf(name: Name): [string, Json][] {
  const { senders, receivers } = channels[name];
  const operation = (action: 'send' | 'receive') => (service: ServiceName) => {
    const described = {
      action,
      channel: { $ref: `#/channels/${name}` },
      tags: [{ name: service }],
      messages: messagesOf(name).map(([id]) => ({ $ref: `#/channels/${name}/messages/${id}` })),
    };
    return [`${service}_${action}_${name}`, described] as [string, Json];
  };
  return [...senders.map(operation('send')), ...receivers.map(operation('receive'))];
}

/** One for each version of the value; one in all where the value is another message's. */
function messagesOf(name: Name): [id: string, message: Json][] {
  const channel = channels[name];
  return Object.keys(channel.payload ?? { 1: null }).map((version) => [
    `${topics[name]}.v${version}`,
    messageOf(name, channel, Number(version)),
  ]);
}

function messageOf(name: Name, { title, key, payload, headers, meta }: ChannelContract, version: number): Json {
  const described = headersOf(headers, meta, version);
  return {
    name: topics[name],
    title,
    contentType: payload ? 'application/json' : 'application/octet-stream',
    ...(described ? { headers: described } : {}),
    ...(payload ? { payload: schemaOf(payload[version]!) } : {}),
    bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } },
  };
}

/** The header `meta` is JSON in text: its schema stands with it. */
function headersOf(headers: Versions | undefined, meta: Versions | undefined, version: number): Json | null {
  if (!headers) return null;
  const schema = schemaOf(newest(headers, version));
  if (!meta) return schema;
  const inside = { contentMediaType: 'application/json', 'x-content-schema': schemaOf(newest(meta, version)) };
  const properties = schema.properties as Record<string, Json>;
  return { ...schema, properties: { ...properties, meta: { ...properties.meta, ...inside } } };
}

/** A part keeps its version where only another one changed. */
function newest(versions: Versions, upTo: number): z.ZodType {
  const found = Object.keys(versions)
    .map(Number)
    .filter((version) => version <= upTo);
  return versions[Math.max(...found)]!;
}

/** Draft 7, which AsyncAPI 3 takes by default. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return rest;
}
