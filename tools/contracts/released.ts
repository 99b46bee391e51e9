import { z } from 'zod';
import { changeMetadataSchema, decodeChange, eventTypeEventSchemas } from '@arkan/catalog-domain';
import { channels, topics, type Versions } from '@arkan/contracts';
import {
  apiKeyCodec,
  apiKeyEvents,
  storedMetaSchema,
  tenantCodec,
  tenantEvents,
  webhookCodec,
  webhookEvents,
  type EventSpecs,
  type StoredEvent,
} from '@arkan/registry-domain';
import type { JsonSchema, Reading } from './compatibility';

/** Something that is written by one release and read by another. */
export interface Contract {
  /** Where its released schemas are kept. */
  folder: string;
  name: string;
  version: number;
  schema: JsonSchema;
  reading: Reading;
}

/** Without words about it, which may change at will. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override({ jsonSchema }) {
      for (const words of ['title', 'description', 'examples'] as const) delete jsonSchema[words];
    },
  });
  return rest;
}

const messages: Contract[] = Object.entries(channels).flatMap(([channel, { payload, headers, meta }]) => {
  const topic = topics[channel as keyof typeof topics];
  const parts: [name: string, versions: Versions | undefined][] = [
    [topic, payload],
    [`${topic}.headers`, headers],
    [`${topic}.meta`, meta],
  ];
  return parts.flatMap(([name, versions = {}]) =>
    Object.entries(versions).map(([version, schema]): Contract => ({
      folder: 'libs/contracts/messages',
      name,
      version: Number(version),
      schema: jsonSchemaOf(schema),
      reading: 'both',
    })),
  );
});

const stored = (folder: string, name: string, version: number, schema: z.ZodType): Contract => ({
  folder,
  name,
  version,
  schema: jsonSchemaOf(schema),
  reading: 'new_only',
});

const registryFolder = 'libs/registry/domain/events';
const catalogFolder = 'libs/catalog/domain/events';
const ofSubject = (subject: string, specs: EventSpecs): Contract[] =>
  Object.entries(specs).map(([type, { version, schema }]) =>
    stored(registryFolder, `${subject}.${type}`, version, schema),
  );

/** Everything that outlives the release that wrote it, as the code has it now. */
export const presentContracts: readonly Contract[] = [
  ...messages,
  ...ofSubject('webhook', webhookEvents),
  ...ofSubject('tenant', tenantEvents),
  ...ofSubject('api_key', apiKeyEvents),
  stored(registryFolder, 'metadata', 1, storedMetaSchema),
  ...Object.entries(eventTypeEventSchemas).map(([type, schema]) =>
    stored(catalogFolder, `event_type.${type}`, 1, schema),
  ),
  stored(catalogFolder, 'metadata', 1, changeMetadataSchema),
];

const codecs = { webhook: webhookCodec, tenant: tenantCodec, api_key: apiKeyCodec };

/** Reads a stored event as the present code does, whatever its version. Throws where it can't. */
export function readStored(folder: string, name: string, event: StoredEvent): void {
  const subject = name.slice(0, name.indexOf('.'));
  if (folder === catalogFolder) decodeChange(event);
  else codecs[subject as keyof typeof codecs].decode(event);
}
