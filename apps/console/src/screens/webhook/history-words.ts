import { formatTime } from '../../ui/time';
import type { HistoryEntry } from './queries';

const titles: Record<string, string> = {
  created: 'Created',
  changed: 'Changed',
  updated: 'Changed',
  paused: 'Paused',
  resumed: 'Resumed',
  deleted: 'Deleted',
  secret_rotated: 'Secret rotated',
  secret_read: 'Secret read',
  auto_paused: 'Paused by the platform',
  failing: 'Failing',
  recovered: 'Recovered',
};

/** `WebhookSecretRotated`, `webhook.secret_rotated` -> `Secret rotated`; what is not known is spelled out. */
export function changeTitle({ type, outcome, refusal }: Pick<HistoryEntry, 'type' | 'outcome' | 'refusal'>): string {
  const words = type
    .replace(/^.*\./, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/^webhook_/, '');
  const title = titles[words] ?? words.charAt(0).toUpperCase() + words.slice(1).replaceAll('_', ' ');
  return outcome === 'refused' && refusal ? `Refused: ${refusal.operation}` : title;
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const fieldNames: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  url: 'URL',
  eventTypes: 'Event types',
  customHeaders: 'Custom headers',
  retryCount: 'Retries',
  timeoutMs: 'Timeout (ms)',
  ownerEmail: 'Owner',
  status: 'Status',
  statusReason: 'Reason',
  secret: 'Secret',
  previousSecretExpiresAt: 'Previous secret until',
};

export const fieldTitle = (field: string) =>
  fieldNames[field] ?? (field.startsWith('customHeaders.') ? `Header ${field.slice('customHeaders.'.length)}` : field);

/** A value of a field as text; nested ones a line each. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  if (Array.isArray(value)) return value.map(valueText).join('\n') || '—';
  if (typeof value === 'object')
    return (
      Object.entries(value)
        .map(([name, inner]) => `${name}: ${valueText(inner)}`)
        .join('\n') || '—'
    );
  if (typeof value === 'string' && isTime.test(value)) return formatTime(value);
  return String(value as string | number | boolean);
}
