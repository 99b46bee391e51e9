import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { eventTypesQuery, webhooksQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { SearchField } from '../../ui/field';
import { MultiSelect, Select } from '../../ui/select';
import { isFiltered, isHttpStatus, statuses, type Filters } from './filters';
import { TimeRange } from './time-range';

const any = '';
const typingMs = 400;
/** Of the API. */
const textMax = 200;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const statusOptions = statuses.map((status) => ({ value: status, label: capital(status) }));
const httpOptions = [
  { value: any, label: 'Any HTTP status' },
  { value: '2xx', label: '2xx', description: 'Success' },
  { value: '3xx', label: '3xx', description: 'Redirects, which are not followed' },
  { value: '4xx', label: '4xx', description: 'Refused by the receiver' },
  { value: '5xx', label: '5xx', description: 'Broken at the receiver' },
  ...Object.entries({
    400: 'Malformed, says the receiver',
    401: 'Often a wrong secret or token',
    403: 'Often a firewall',
    404: 'Often a wrong URL',
    405: 'Often a wrong URL',
    408: 'The receiver waited too long',
    409: 'Conflict',
    410: 'Gone: pauses the webhook',
    413: 'The body is too large for it',
    415: 'Another content type is wanted',
    422: 'Read and refused',
    429: 'Too many requests',
    500: 'The receiver broke',
    502: 'The program behind a proxy broke',
    503: 'Not available',
    504: 'The program behind a proxy is slow',
  }).map(([value, description]) => ({ value, label: value, description })),
];

interface Props {
  filters: Filters;
  /** Of one webhook only: then it is not chosen here. */
  isOfOne: boolean;
  onChange(change: Partial<Filters>): void;
}

export function FilterBar({ filters, isOfOne, onChange }: Props) {
  const { httpStatus } = filters;
  // One that a link brought in and that is not in the list is still a status.
  const http =
    httpStatus && isHttpStatus(httpStatus) && !httpOptions.some((option) => option.value === httpStatus)
      ? [...httpOptions, { value: httpStatus, label: httpStatus }]
      : httpOptions;
  return (
    <div className="deliveries-filters" role="search" aria-label="Deliveries">
      <TimeRange value={filters} onChange={onChange} />
      {isOfOne ? null : <WebhookFilter filters={filters} onChange={onChange} />}
      <MultiSelect
        label="Status"
        isLabelHidden
        allText="any"
        values={filters.status}
        onChange={(status) => onChange({ status })}
        options={statusOptions}
      />
      <TypeFilter filters={filters} onChange={onChange} />
      <Select
        label="HTTP status"
        isLabelHidden
        value={httpStatus ?? any}
        onChange={(value) => onChange({ httpStatus: value || null })}
        options={http}
      />
      <TextFilter label="Event id" value={filters.eventId} onChange={(eventId) => onChange({ eventId })} />
      <TextFilter label="Text in the payload" value={filters.text} onChange={(text) => onChange({ text })} />
      {isFiltered(filters) || (!isOfOne && filters.webhookId) ? (
        <Button
          look="quiet"
          onPress={() =>
            onChange({
              ...(isOfOne ? {} : { webhookId: null }),
              ...{ status: [], eventType: null, eventId: null, httpStatus: null, text: null },
            })
          }
        >
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

function WebhookFilter({ filters, onChange }: Pick<Props, 'filters' | 'onChange'>) {
  const { data: webhooks = [] } = useQuery(webhooksQuery(useTenant()));
  const { webhookId } = filters;
  const isKnown = !webhookId || webhooks.some(({ id }) => id === webhookId);
  return (
    <Select
      label="Webhook"
      isLabelHidden
      value={webhookId ?? any}
      onChange={(value) => onChange({ webhookId: value || null })}
      options={[
        { value: any, label: 'Any webhook' },
        // A deleted one's log stays.
        ...(isKnown ? [] : [{ value: webhookId, label: webhookId }]),
        ...webhooks.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

function TypeFilter({ filters, onChange }: Pick<Props, 'filters' | 'onChange'>) {
  const { data: types = [] } = useQuery(eventTypesQuery(useTenant()));
  const names = [...types.map(({ type }) => type), 'webhook.test'];
  const { eventType } = filters;
  return (
    <Select
      label="Event type"
      isLabelHidden
      value={eventType ?? any}
      onChange={(value) => onChange({ eventType: value || null })}
      options={[
        { value: any, label: 'Any event type' },
        ...(eventType && !names.includes(eventType) ? [eventType] : []).map((type) => ({ value: type, label: type })),
        ...names.map((type) => ({ value: type, label: type })),
      ]}
    />
  );
}

/** Asked once the typing pauses: each look is a search of the log. */
function TextFilter({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
}) {
  const [typed, setTyped] = useState(value ?? '');
  const [shown, setShown] = useState(value);
  // The address changed: by Back, or by clearing.
  if (shown !== value) {
    setShown(value);
    // What is being typed has spaces at its end now and then.
    if (typed.trim() !== (value ?? '')) setTyped(value ?? '');
  }
  useEffect(() => {
    if (typed.trim() === (value ?? '')) return undefined;
    const timer = setTimeout(() => onChange(typed.trim() || null), typingMs);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return <SearchField label={label} value={typed} onChange={(text) => setTyped(text.slice(0, textMax))} />;
}
