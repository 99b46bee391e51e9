import { z } from 'zod';
import { Refusal, unreachable, type Decider } from '@arkan/kernel';
import { eventCodec, type EventOf } from './event-codec';
import type { EventMeta } from './metadata';

export const apiKeyEvents = {
  ApiKeyCreated: {
    version: 1,
    schema: z.object({
      keyId: z.string(),
      name: z.string(),
      role: z.string(),
      /** null for an operator. */
      tenantId: z.string().nullable(),
      /** Lower-case hex; the key itself is nowhere. */
      keySha256: z.string(),
      expiresAt: z.string().nullable(),
    }),
  },
  ApiKeyRevoked: { version: 1, schema: z.object({ keyId: z.string() }) },
} as const;

export type ApiKeyEvent = EventOf<typeof apiKeyEvents>;
export const apiKeyCodec = eventCodec(apiKeyEvents);

type ApiKey = (ApiKeyEvent & { type: 'ApiKeyCreated' })['data'] & { createdAt: string };
export type ApiKeyState =
  { kind: 'absent' } | ({ kind: 'active' } & ApiKey) | ({ kind: 'revoked'; revokedAt: string } & ApiKey);

export type ApiKeyCommand =
  | { type: 'CreateApiKey'; meta: EventMeta; key: (ApiKeyEvent & { type: 'ApiKeyCreated' })['data'] }
  /** `scope`: only a key of this tenant is there to be revoked; null, which is an operator's, takes any. */
  | { type: 'RevokeApiKey'; meta: EventMeta; scope: string | null };

export const apiKeyDecider: Decider<ApiKeyCommand, ApiKeyState, ApiKeyEvent> = {
  initialState: { kind: 'absent' },
  decide(command, state) {
    switch (command.type) {
      case 'CreateApiKey':
        if (state.kind !== 'absent') throw new Error(`the API key ${command.key.keyId} exists`);
        return [{ type: 'ApiKeyCreated', data: command.key, meta: command.meta }];
      case 'RevokeApiKey': {
        if (state.kind === 'absent' || (command.scope !== null && state.tenantId !== command.scope))
          throw new Refusal('not_found', 'there is no API key with this id');
        // The history of a revocation belongs to the tenant whose key it was, whoever revoked it.
        const meta = { ...command.meta, tenantId: state.tenantId };
        return state.kind === 'revoked' ? [] : [{ type: 'ApiKeyRevoked', data: { keyId: state.keyId }, meta }];
      }
      default:
        return unreachable(command);
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'ApiKeyCreated':
        return { kind: 'active', ...event.data, createdAt: event.meta.at };
      case 'ApiKeyRevoked':
        if (state.kind !== 'active') throw new Error(`ApiKeyRevoked on a key that is ${state.kind}`);
        return { ...state, kind: 'revoked', revokedAt: event.meta.at };
      default:
        return unreachable(event);
    }
  },
};
