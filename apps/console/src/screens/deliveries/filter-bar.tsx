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
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const statusOptions = statuses.map((status) => ({ value: status, label: capital(status) }));
const httpOptions = [
  { value: any, label: 'Any HTTP status' },
  { value: '2xx', label: '2xx', description: 'Success' },
  { value: '3xx', label: '3xx', description: 'Redirects, which are not followed' },
  { value: '4xx', label: '4xx', description: 'Refused by the receiver' },
  { value: '5xx', label: '5xx', description: 'Broken at the receiver' },
  { value: '401', label: '401', description: 'Unauthorized: often a wrong secret' },
  { value: '404', label: '404', description: 'Not found: often a wrong URL' },
  { value: '410', label: '410', description: 'Gone: pauses the webhook' },
  { value: '429', label: '429', description: 'Too many requests' },
  { value: '500', label: '500' },
  { value: '502', label: '502' },
  { value: '503', label: '503' },
  { value: '504', label: '504' },
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
      <TextFilter
        label="Text in the payload"
        value={filters.text}
        onChange={(text) => onChange({ text: text?.slice(0, 200) ?? null })}
      />
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
    setTyped(value ?? '');
  }
  useEffect(() => {
    if (typed.trim() === (value ?? '')) return undefined;
    const timer = setTimeout(() => onChange(typed.trim() || null), typingMs);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return <SearchField label={label} value={typed} onChange={setTyped} />;
}
