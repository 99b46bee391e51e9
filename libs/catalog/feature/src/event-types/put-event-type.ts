import { moduleOf, type ChangeMetadata, type EventTypeDefinition } from '@arkan/catalog-domain';
import { eventDataMaxBytes, eventTypeName, modules, type catalogOperations, type InputOf } from '@arkan/contracts';
import { checkSchema, createValidator, textFaults } from '@arkan/json-schema';
import { Refusal, toTimestamp, type Clock, type FieldError, type JsonObject } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import { fieldErrors, type Call } from '@arkan/runtime';
import { describe } from '../ingest/http-request';
import { changeEventType } from './event-type-streams';
import type { EventTypeView } from './event-type-view';
import type { ModuleTopics } from './module-topics';

export const eventTypesMax = 1_000;
/** Modules beside the shipped ones: each takes a topic, and a consumer in every process. */
export const addedModulesMax = 50;
/** Its topic would be that of the dead letters. */
const reservedModules = ['dead'];
const publishMaxMs = 10_000;

export interface PutEventTypeDeps {
  eventStore: EventStore;
  clock: Clock;
  view: EventTypeView;
  moduleTopics: ModuleTopics;
}

export type PutInput = InputOf<(typeof catalogOperations)['putEventType']>;

/**
 * Adds, changes, deprecates or brings back. Returns when the change is in the read model and published, so that whoever comes after
 * the answer, through whatever process, meets it. Throws Refusal.
 */
export async function putEventType(deps: PutEventTypeDeps, { params, body }: PutInput, call: Call): Promise<void> {
  const { type } = params;
  const { title, description, deprecated } = body;
  const definition = { title, description, schema: body.schema as JsonObject, example: body.example as JsonObject };
  const faults = [...nameFaults(deps.view, type), ...definitionFaults(definition)];
  if (faults.length > 0) throw new Refusal('invalid', describe(faults), faults);
  await deps.moduleTopics.ensure(moduleOf(type));
  const at = toTimestamp(deps.clock.now());
  const { revision } = await changeEventType(
    deps.eventStore,
    type,
    () => ({ type, definition, deprecated, expectedRevision: call.ifMatch, at }),
    metadataOf(call, at, body.reason ?? null),
  );
  await deps.view.reached(type, revision, publishMaxMs);
}

function nameFaults(view: EventTypeView, type: string): FieldError[] {
  const parsed = eventTypeName.safeParse(type);
  if (!parsed.success) return fieldErrors(parsed.error, 'path/type');
  if (view.get(type)) return [];
  const fault = (code: string, message: string, limit: number | null): FieldError[] => [
    { pointer: 'path/type', code, message, limit },
  ];
  const module = moduleOf(type);
  if (reservedModules.includes(module))
    return fault('reserved', `the module ${module} is reserved; take another`, null);
  const known = view.all();
  if (known.length >= eventTypesMax)
    return fault('too_many', `the catalog has as many types as it may; change one that is there`, eventTypesMax);
  const added = new Set(known.map((one) => one.module).filter((name) => !isShipped(name)));
  if (!isShipped(module) && !added.has(module) && added.size >= addedModulesMax)
    return fault('too_many', 'there are as many added modules as there may be; use one of them', addedModulesMax);
  return [];
}

const isShipped = (module: string) => (modules as readonly string[]).includes(module);

function definitionFaults({ schema, example }: EventTypeDefinition): FieldError[] {
  const bytes = Buffer.byteLength(JSON.stringify(example));
  if (bytes > eventDataMaxBytes) {
    const message = `must have at most ${eventDataMaxBytes} bytes as JSON`;
    return [{ pointer: '/example', code: 'too_big', message, limit: eventDataMaxBytes }];
  }
  const texts = [...textFaults(schema, '/schema'), ...textFaults(example, '/example')];
  if (texts.length > 0) return texts;
  const faults = checkSchema(schema).map((fault) => ({ ...fault, pointer: `/schema${fault.pointer}` }));
  return faults.length > 0 ? faults : createValidator(schema)(example, '/example');
}

function metadataOf(
  { principal, sourceIp, userAgent, requestId }: Call,
  at: string,
  reason: string | null,
): ChangeMetadata {
  const { id, kind, role } = principal;
  return {
    tenantId: null,
    actor: { id, kind, role },
    authMethod: kind === 'user' ? 'jwt' : kind,
    sourceIp,
    userAgent,
    requestId,
    reason,
    at,
  };
}
