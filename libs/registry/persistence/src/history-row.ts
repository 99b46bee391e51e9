import { changesOf, type FieldChange, type RefusedAttempt, type WebhookState } from '@arkan/registry-domain';
import type { HistoryRow, ProjectedEvent } from './projected-event';
import { webhookView } from './webhook-view';

/** One row of the history for one event. `before` and `after` are the webhook's states around it. */
export function historyRow(projected: ProjectedEvent, before: WebhookState, after: WebhookState): HistoryRow {
  const { event, position } = projected;
  const { meta } = event;
  const refused = event.type === 'ChangeRefused' ? event.data : null;
  return {
    position: String(position),
    tenant_id: meta.tenantId,
    webhook_id: projected.subject === 'webhook' ? projected.id : null,
    revision: revisionOf(projected, after),
    type: event.type,
    at: meta.at,
    actor: { ...meta.actor },
    reason: meta.reason,
    request_id: meta.requestId,
    source_ip: meta.sourceIp,
    changes: projected.subject === 'webhook' ? changesOf(before, projected.event, after) : changesBeside(projected),
    outcome: refused ? 'refused' : 'applied',
    refusal: refused && refusalOf(refused),
    snapshot: after.kind === 'live' ? webhookView(after, Date.parse(meta.at), null) : null,
  };
}

function refusalOf({ operation, code, detail, count }: RefusedAttempt): RefusedAttempt {
  return { operation, code, detail, count };
}

/** Of a webhook that of its configuration; of a key or a tenant, how many changes it has seen. */
function revisionOf(projected: ProjectedEvent, after: WebhookState): number {
  if (after.kind !== 'absent') return after.revision;
  return projected.event.type === 'ApiKeyRevoked' ? 2 : 1;
}

/** Of a tenant or a key, in the names of the tenant. */
function changesBeside({ event }: ProjectedEvent): FieldChange[] {
  switch (event.type) {
    case 'TenantCreated':
      return [{ field: 'name', before: null, after: event.data.name }];
    case 'ApiKeyCreated': {
      const { keyId, name, role, expiresAt } = event.data;
      return [{ field: `apiKeys.${keyId}`, before: null, after: { name, role, expiresAt } }];
    }
    case 'ApiKeyRevoked':
      return [{ field: `apiKeys.${event.data.keyId}`, before: 'active', after: 'revoked' }];
    default:
      return [];
  }
}
