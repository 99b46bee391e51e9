import { maskedValue, unreachable, type JsonValue } from '@arkan/kernel';
import type { WebhookConfig, WebhookEvent } from './events';
import { maskedHeaders } from './headers';
import type { WebhookState } from './state';

/** One field, before and after. Absent is null. */
export interface FieldChange {
  field: string;
  before: JsonValue;
  after: JsonValue;
}

/** What an event changed, in the names that users see. Secret values are `***` on either side, so that only the fact shows. */
export function changesOf(before: WebhookState, event: WebhookEvent, after: WebhookState): FieldChange[] {
  switch (event.type) {
    case 'WebhookCreated':
      return [...configChanges(null, configOf(after)), { field: 'secret', before: null, after: maskedValue }];
    case 'WebhookChanged':
      return configChanges(configOf(before), configOf(after));
    case 'SecretRotated': {
      const expiry = (state: WebhookState) =>
        state.kind === 'live' ? (state.previousSecret?.expiresAt ?? null) : null;
      return [
        { field: 'secret', before: maskedValue, after: maskedValue },
        ...differences('previousSecretExpiresAt', expiry(before), expiry(after)),
      ];
    }
    case 'WebhookPaused':
    case 'WebhookAutoPaused':
    case 'WebhookResumed':
    case 'WebhookFailing':
    case 'WebhookRecovered':
      return [
        ...differences('status', statusOf(before), statusOf(after)),
        ...differences('statusReason', reasonOf(before), reasonOf(after)),
      ];
    case 'WebhookDeleted':
      return differences('status', statusOf(before), 'deleted');
    case 'SecretRead':
    case 'AutoPauseWarned':
    case 'ChangeRefused':
      return [];
    default:
      return unreachable(event);
  }
}

const configOf = (state: WebhookState): WebhookConfig | null => (state.kind === 'absent' ? null : state.config);
const statusOf = (state: WebhookState): string | null => (state.kind === 'live' ? state.status : null);
const reasonOf = (state: WebhookState): string | null => (state.kind === 'live' ? state.statusReason : null);

function differences(field: string, before: JsonValue, after: JsonValue): FieldChange[] {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
}

const plainFields = ['name', 'description', 'url', 'eventTypes', 'retryCount', 'timeoutMs', 'ownerEmail'] as const;

function configChanges(before: WebhookConfig | null, after: WebhookConfig | null): FieldChange[] {
  return [
    ...plainFields.flatMap((field) => differences(field, before?.[field] ?? null, after?.[field] ?? null)),
    ...headerChanges(before?.customHeaders ?? [], after?.customHeaders ?? []),
  ];
}

/** Header by header, as `customHeaders.<name>`; a new secret value shows as `***` on both sides. */
function headerChanges(before: WebhookConfig['customHeaders'], after: WebhookConfig['customHeaders']): FieldChange[] {
  const [old, now] = [maskedHeaders(before), maskedHeaders(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const sealedAs = (headers: WebhookConfig['customHeaders'], name: string) =>
    headers.find((header) => header.name === name)?.sealed?.ciphertext;
  return names.flatMap((name) => {
    const change = { field: `customHeaders.${name}`, before: old[name] ?? null, after: now[name] ?? null };
    return change.before !== change.after || sealedAs(before, name) !== sealedAs(after, name) ? [change] : [];
  });
}
