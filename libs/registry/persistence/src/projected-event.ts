import type { JsonObject } from '@arkan/kernel';
import type { RecordedEvent } from '@arkan/ports';
import { decodeRegistryEvent, type RegistryEvent } from '@arkan/registry-domain';

/** An event of the registry with its place in the store. */
export type ProjectedEvent = RegistryEvent & { position: bigint };

/** Throws UnreadableEventError: the read models can't go past what this build can't read. */
export function projectedEvent(recorded: RecordedEvent): ProjectedEvent {
  return { ...decodeRegistryEvent(recorded.streamId, recorded), position: recorded.position };
}

export interface HistoryRow {
  position: string;
  tenant_id: string | null;
  webhook_id: string | null;
  revision: number;
  type: string;
  at: string;
  actor: JsonObject;
  reason: string | null;
  request_id: string | null;
  source_ip: string | null;
  changes: unknown[];
  outcome: 'applied' | 'refused';
  refusal: unknown;
  snapshot: unknown;
}
