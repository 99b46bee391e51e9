import { isSecretHeaderName, maskedValue } from '@arkan/kernel';
import { useMemo, useState } from 'react';
import { useWatch } from 'react-hook-form';
import type { Schemas } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { CodeBlock } from '../../ui/code-block';
import { Select } from '../../ui/select';
import { filledRows, type Values } from './values';

/** More would make the list of types longer than anyone reads. */
const typesMax = 50;

/** The very request that the receiver will get, for one of the types chosen. */
export function RequestPreview({ types }: { types: Schemas['EventType'][] }) {
  const { tenantId } = useTenant();
  const [eventTypes = [], headers = [], url = ''] = useWatch<Values, ['eventTypes', 'headers', 'url']>({
    name: ['eventTypes', 'headers', 'url'],
  });
  const [wanted, setWanted] = useState<string | null>(null);
  const offered = useMemo(
    () =>
      types
        .filter(({ type, module }) => eventTypes.includes(type) || eventTypes.includes(`${module}.*`))
        .slice(0, typesMax),
    [types, eventTypes],
  );
  const shown = offered.find(({ type }) => type === wanted) ?? offered[0] ?? types[0];
  if (!shown) return null;
  const target = URL.canParse(url) ? new URL(url) : null;
  const body = { id: 'evt_…', type: shown.type, timestamp: '2026-01-31T12:00:00.000Z', tenantId, data: shown.example };
  const own = filledRows(headers);
  const lines = [
    `POST ${target ? target.pathname + target.search : '/'} HTTP/1.1`,
    `Host: ${target?.host ?? 'example.com'}`,
    'Content-Type: application/json; charset=utf-8',
    `X-Event-Type: ${shown.type}`,
    'X-Event-Id: evt_…',
    'X-Delivery-Id: dlv_…',
    'X-Delivery-Attempt: 1',
    'X-Signature: <hex of HMAC-SHA256(secret, body)>',
    'webhook-id: dlv_…',
    'webhook-timestamp: 1769860800',
    'webhook-signature: v1,<base64>',
    ...own.map(({ name, value }) => `${name}: ${isSecretHeaderName(name) ? maskedValue : value}`),
    ...(own.some(({ name }) => name.toLowerCase() === 'user-agent') ? [] : ['User-Agent: ArkanPM-Webhooks/1']),
  ];
  return (
    <section className="card webhook-form-preview" aria-label="What is sent">
      <h3>What your receiver gets</h3>
      {offered.length > 1 ? (
        <Select
          label="Event type of the preview"
          isLabelHidden
          value={shown.type}
          onChange={setWanted}
          options={offered.map(({ type }) => ({ value: type, label: type }))}
        />
      ) : (
        <p className="faint mono truncate">{shown.type}</p>
      )}
      <CodeBlock label="Headers" text={lines.join('\n')} maxHeight={250} />
      <CodeBlock label="Body" text={JSON.stringify(body, null, 2)} maxHeight={330} />
    </section>
  );
}
