import { Controller, Inject, Req } from '@nestjs/common';
import { findEvent, listEvents, type StoredEventRow } from '@arkan/catalog-persistence';
import { catalogOperations, type InputOf, type ResponseOf } from '@arkan/contracts';
import { Refusal, toTimestamp } from '@arkan/kernel';
import {
  Caller,
  Input,
  Operation,
  tenantOf,
  type ArkanRequest,
  type Call,
  type Cursors,
  type Database,
} from '@arkan/runtime';
import type { Ingest } from './ingest';

export const EVENTS = Symbol('catalog events');

export interface EventsDeps {
  ingest: Ingest;
  database: Database;
  cursors: Cursors;
}

type Operations = typeof catalogOperations;
type EventAnswer = ResponseOf<Operations['getEvent']>;

/** What is stored is what was delivered; `data` is read out of it. */
function toAnswer(row: StoredEventRow): EventAnswer {
  const { data } = JSON.parse(row.body.toString('utf8')) as Pick<EventAnswer, 'data'>;
  return {
    id: row.eventId,
    tenantId: row.tenantId,
    type: row.type,
    source: row.source,
    time: toTimestamp(row.timeMs),
    data,
    acceptedAt: toTimestamp(row.acceptedAtMs),
  };
}

@Controller()
export class EventsController {
  constructor(@Inject(EVENTS) private readonly deps: EventsDeps) {}

  @Operation(catalogOperations.publishEvents)
  publish(@Req() request: ArkanRequest, @Caller() call: Call): Promise<ResponseOf<Operations['publishEvents']>> {
    return this.deps.ingest.publish(request, call);
  }

  @Operation(catalogOperations.listEvents)
  async list(
    @Input() { query }: InputOf<Operations['listEvents']>,
    @Caller() call: Call,
  ): Promise<ResponseOf<Operations['listEvents']>> {
    const { cursors, database } = this.deps;
    const tenantId = tenantOf(call);
    // Of this tenant and these filters: elsewhere the cursor is refused.
    const list = ['events', tenantId, query.eventType, query.from, query.to].join('\n');
    const { events, more } = await listEvents(database.pool, {
      tenantId,
      ...(query.eventType === undefined ? {} : { type: query.eventType }),
      fromMs: query.from === undefined ? null : Date.parse(query.from),
      toMs: query.to === undefined ? null : Date.parse(query.to),
      beforeKey: cursors.decode(list, query.cursor),
      limit: query.limit,
    });
    return { data: events.map(toAnswer), nextCursor: more ? cursors.encode(list, events.at(-1)!.key) : null };
  }

  @Operation(catalogOperations.getEvent)
  async get(@Input() { params }: InputOf<Operations['getEvent']>, @Caller() call: Call): Promise<EventAnswer> {
    // Postgres takes no NUL in a text, not even to look for it.
    const row = params.id.includes('\0') ? null : await findEvent(this.deps.database.pool, tenantOf(call), params.id);
    if (row) return toAnswer(row);
    throw new Refusal('not_found', 'there is no such event, or its retention is over');
  }
}
