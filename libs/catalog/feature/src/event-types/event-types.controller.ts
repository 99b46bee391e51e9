import { Controller, Inject } from '@nestjs/common';
import { catalogAsyncApi, catalogWebhooks, eventTypeHistory, type EventTypeRow } from '@arkan/catalog-domain';
import { findEventType, listEventTypes } from '@arkan/catalog-persistence';
import {
  catalogOperations,
  eventTypeName,
  kafkaBinding,
  moduleTopicContract,
  type InputOf,
  type ResponseOf,
} from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import { answer, Caller, etag, Input, Operation, type Call, type Cursors, type Database } from '@arkan/runtime';
import { readChanges } from './event-type-streams';
import type { EventTypeView } from './event-type-view';
import { putEventType, type PutEventTypeDeps, type PutInput } from './put-event-type';

export const EVENT_TYPES = Symbol('catalog event types');

export interface EventTypesDeps extends PutEventTypeDeps {
  database: Database;
  eventStore: EventStore;
  view: EventTypeView;
  cursors: Cursors;
}

type Operations = typeof catalogOperations;
type EventTypeAnswer = ResponseOf<Operations['getEventType']>;

/** Of the documents; of the catalog itself there is only the present one. */
const documentVersion = '1.0.0';

const toAnswer = ({ position: _, ...row }: EventTypeRow): EventTypeAnswer => row;

@Controller()
export class EventTypesController {
  constructor(@Inject(EVENT_TYPES) private readonly deps: EventTypesDeps) {}

  @Operation(catalogOperations.listEventTypes)
  async list(
    @Input() { query }: InputOf<Operations['listEventTypes']>,
  ): Promise<ResponseOf<Operations['listEventTypes']>> {
    const { cursors, database } = this.deps;
    const list = `event-types ${query.module ?? ''}`;
    const after = cursors.decode(list, query.cursor);
    const rows = await listEventTypes(database.orm, { module: query.module, after, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    return {
      data: page.map(toAnswer),
      nextCursor: rows.length > page.length ? cursors.encode(list, page.at(-1)!.type) : null,
    };
  }

  @Operation(catalogOperations.getEventType)
  get(@Input() { params }: InputOf<Operations['getEventType']>) {
    return this.read(params.type);
  }

  @Operation(catalogOperations.putEventType)
  async put(@Input() input: PutInput, @Caller() call: Call) {
    await putEventType(this.deps, input, call);
    return this.read(input.params.type);
  }

  @Operation(catalogOperations.eventTypeHistory)
  async history(
    @Input() { params, query }: InputOf<Operations['eventTypeHistory']>,
    @Caller() { principal }: Call,
  ): Promise<ResponseOf<Operations['eventTypeHistory']>> {
    const { cursors, eventStore } = this.deps;
    await this.find(params.type);
    const changes = await readChanges(eventStore, params.type);
    const list = `event-type-history ${params.type}`;
    const cursor = cursors.decode(list, query.cursor);
    const before = cursor === null ? changes.length + 1 : Number(cursor);
    const older = eventTypeHistory(changes)
      .filter((step) => step.revision < before)
      .reverse();
    const page = older.slice(0, query.limit);
    // The catalog belongs to no tenant: tenants see what changed and why, not from where its operators work.
    const isOperator = principal.role === 'operator';
    return {
      data: page.map(({ revision, type, metadata, changes: fields }) => ({
        position: String(changes[revision - 1]!.position),
        webhookId: null,
        revision,
        type,
        at: metadata.at,
        actor: metadata.actor,
        reason: metadata.reason,
        requestId: isOperator ? metadata.requestId : null,
        sourceIp: isOperator ? metadata.sourceIp : null,
        changes: fields,
        outcome: 'applied' as const,
        refusal: null,
      })),
      nextCursor: older.length > page.length ? cursors.encode(list, String(page.at(-1)!.revision)) : null,
    };
  }

  @Operation(catalogOperations.catalogOpenApi)
  openApi(): ResponseOf<Operations['catalogOpenApi']> {
    return {
      openapi: '3.1.0',
      info: { title: 'ArkanPM Webhooks: what receivers get', version: documentVersion },
      paths: {},
      webhooks: catalogWebhooks(this.documented()),
    };
  }

  @Operation(catalogOperations.catalogAsyncApi)
  asyncApi(): ResponseOf<Operations['catalogAsyncApi']> {
    return catalogAsyncApi(this.documented(), documentVersion, (module) => kafkaBinding(moduleTopicContract(module)));
  }

  private async read(type: string) {
    const row = await this.find(type);
    return answer(toAnswer(row), { etag: etag(row.revision) });
  }

  private documented() {
    return this.deps.view.all() as unknown as EventTypeRow[];
  }

  private async find(type: string): Promise<EventTypeRow> {
    const row = eventTypeName.safeParse(type).success ? await findEventType(this.deps.database.orm, type) : null;
    if (row) return row;
    throw new Refusal('not_found', 'there is no such event type; GET /v1/event-types lists them');
  }
}
