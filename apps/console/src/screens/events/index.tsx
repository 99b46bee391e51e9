import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ArrowRight, Radio } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer, type Schemas } from '../../api/client';
import { byCursor, eventTypesQuery, rowsOf } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import { useTenant, type Tenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { Combo } from '../../ui/combo';
import { DataTable, type Column } from '../../ui/data-table';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Failed, State } from '../../ui/states';
import { Time } from '../../ui/time';
import { boundsOf, TimeRangeSelect, useTimeRange, type TimeRange } from '../../ui/time-range';
import './events.css';

type Event = Schemas['Event'];
/** Ids are the emitter's own, as long as this at the most. */
const idMax = 200;

const eventsQuery = ({ tenantId, api }: Tenant, eventType: string | null, range: TimeRange) => ({
  ...byCursor([tenantId, 'events', eventType, range], (cursor) =>
    answer(
      api.GET('/v1/events', {
        params: {
          query: {
            limit: 100,
            ...boundsOf(range),
            ...(cursor === undefined ? {} : { cursor }),
            ...(eventType === null ? {} : { eventType }),
          },
        },
      }),
    ),
  ),
  refetchInterval: pollMs,
});

export function Component() {
  const tenant = useTenant();
  const [eventType, setEventType] = useQueryState('eventType', parseAsString);
  const [range, setRange] = useTimeRange();
  const query = useInfiniteQuery(eventsQuery(tenant, eventType, range));
  const { data: types } = useQuery(eventTypesQuery(tenant));
  const options = useMemo(
    () => (types ?? []).map(({ type, title }) => ({ value: type, label: type, description: title })),
    [types],
  );
  const to = usePaths();
  const navigate = useNavigate();
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const columns = useMemo(
    (): Column<Event>[] => [
      {
        id: 'type',
        header: 'Event',
        width: 'minmax(240px, 2fr)',
        phone: 'main',
        cell: ({ id, type }) => (
          <Link className="events-type" to={to.event(id)}>
            {type}
          </Link>
        ),
      },
      {
        id: 'id',
        header: 'Id',
        width: 'minmax(160px, 2fr)',
        cell: ({ id }) => <span className="mono truncate events-cell">{id}</span>,
      },
      {
        id: 'source',
        header: 'Source',
        width: 'minmax(90px, 1fr)',
        phone: 'none',
        cell: ({ source }) => <span className="muted truncate events-cell">{source}</span>,
      },
      {
        id: 'at',
        header: 'Accepted',
        width: '120px',
        phone: 'end',
        cell: ({ acceptedAt }) => <Time at={acceptedAt} />,
      },
    ],
    [to],
  );
  return (
    <Page title="Events" subtitle="What the modules emitted, and what became of it.">
      <div className="row wrap">
        <FindById onFind={(id) => void navigate(to.event(id))} />
        <span className="spacer" />
        <span className="events-types">
          <Combo
            label="Event type"
            placeholder="All event types"
            options={options}
            value={eventType}
            onChange={(next) => void setEventType(next)}
          />
        </span>
        <TimeRangeSelect value={range} onChange={setRange} />
      </div>
      {query.error && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label="Events"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          isLoading={query.isPending}
          hasMore={query.hasNextPage}
          onMore={() => {
            if (!query.isFetching) void query.fetchNextPage();
          }}
          onOpen={({ id }) => void navigate(to.event(id))}
          empty={
            <State icon={<Radio size={22} aria-hidden />} title={eventType === null ? 'No event yet' : 'No event fits'}>
              {eventType === null
                ? 'Events stand here as soon as a module emits them. Test events are made by the platform: they are in the deliveries.'
                : 'Take another type or time.'}
            </State>
          }
        />
      )}
    </Page>
  );
}

function FindById({ onFind }: { onFind(id: string): void }) {
  const [text, setText] = useState('');
  const id = text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id !== '' && id.length <= idMax) onFind(id);
  };
  return (
    <form className="row" onSubmit={submit} role="search">
      <SearchField label="Event id" placeholder="Open an event by its id" value={text} onChange={setText} />
      <Button type="submit" isDisabled={id === ''} label="Open the event" icon={<ArrowRight size={16} aria-hidden />} />
    </form>
  );
}
