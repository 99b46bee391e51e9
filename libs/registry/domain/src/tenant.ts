import { z } from 'zod';
import { Refusal, unreachable, type Decider } from '@arkan/kernel';
import { eventCodec, type EventOf } from './event-codec';
import type { EventMeta } from './metadata';
import { changeRefused, type RefusedAttempt } from './refused';

export const tenantEvents = {
  TenantCreated: { version: 1, schema: z.object({ tenantId: z.string(), name: z.string() }) },
  /** Of an attempt that concerns no webhook. */
  ChangeRefused: changeRefused,
} as const;

export type TenantEvent = EventOf<typeof tenantEvents>;
export const tenantCodec = eventCodec(tenantEvents);

export type TenantState = { kind: 'absent' } | { kind: 'tenant'; id: string; name: string; createdAt: string };

export type TenantCommand =
  | { type: 'CreateTenant'; meta: EventMeta; tenantId: string; name: string }
  | { type: 'RecordRefusal'; meta: EventMeta; refusal: RefusedAttempt };

export const tenantDecider: Decider<TenantCommand, TenantState, TenantEvent> = {
  initialState: { kind: 'absent' },
  decide(command, state) {
    const { meta } = command;
    switch (command.type) {
      case 'CreateTenant': {
        const { tenantId, name } = command;
        if (state.kind !== 'absent') throw new Refusal('tenant_exists', `there is a tenant ${tenantId} already`);
        return [{ type: 'TenantCreated', data: { tenantId, name }, meta }];
      }
      case 'RecordRefusal':
        // What is no tenant has no history.
        return state.kind === 'absent'
          ? []
          : [{ type: 'ChangeRefused', data: { ...command.refusal, revision: 1 }, meta }];
      default:
        return unreachable(command);
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'TenantCreated':
        return { kind: 'tenant', id: event.data.tenantId, name: event.data.name, createdAt: event.meta.at };
      case 'ChangeRefused':
        return state;
      default:
        return unreachable(event);
    }
  },
};
