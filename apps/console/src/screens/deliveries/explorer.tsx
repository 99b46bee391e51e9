import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Inbox, RotateCw, SearchX } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useNavigate } from 'react-router';
import { webhooksQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { DataTable } from '../../ui/data-table';
import { Switch } from '../../ui/field';
import { Failed, State } from '../../ui/states';
import { DeliveryDetail } from '../delivery/detail';
import { useResend } from '../delivery/use-resend';
import { deliveryColumns } from './columns';
import { FilterBar } from './filter-bar';
import { isFiltered, useFilters, useView, type Filters } from './filters';
import { deliveriesQuery, type Delivery } from './queries';
import { SearchProgress } from './search-progress';
import { rowsMax, useDeliveryList, useNewRows } from './use-delivery-list';
import { Volume } from './volume';
import './deliveries.css';

/** All of a tenant, or those of one webhook. Its whole state is in the address. */
export function DeliveryExplorer({ webhookId }: { webhookId?: string }) {
  const [filters, setFilters] = useFilters(webhookId);
  const [{ live }, setView] = useView();
  const client = useQueryClient();
  const tenant = useTenant();
  const isOfOne = webhookId !== undefined;
  const change = useCallback(
    (next: Partial<Filters>) => {
      void setFilters(next);
      void setView({ open: null });
    },
    [setFilters, setView],
  );
  // To a past end nothing new can come.
  const canBeLive = filters.to === null;
  return (
    <div className="stack">
      <FilterBar filters={filters} isOfOne={isOfOne} onChange={change} />
      <Volume
        filters={filters}
        isLive={live && canBeLive}
        note={isFiltered(filters) ? 'all of that time, whatever the filters' : undefined}
        onSelect={(from, to) => change({ from: new Date(from), to: new Date(to) })}
      />
      <div className="row wrap deliveries-bar">
        <h2>{isOfOne ? 'Its deliveries' : 'Deliveries'}</h2>
        <span className="spacer" />
        <Switch isSelected={live && canBeLive} isDisabled={!canBeLive} onChange={(on) => void setView({ live: on })}>
          Live
        </Switch>
        <Button
          size="s"
          look="quiet"
          label="Load again"
          icon={<RotateCw size={15} aria-hidden />}
          onPress={() => void client.resetQueries({ queryKey: deliveriesQuery(tenant, filters).queryKey, exact: true })}
        />
      </div>
      <DeliveryList
        key={JSON.stringify(filters)}
        filters={filters}
        isOfOne={isOfOne}
        isLive={live && canBeLive}
        onClear={() => change({ status: [], eventType: null, eventId: null, httpStatus: null, text: null })}
      />
    </div>
  );
}

/** Of the style sheet: rows as high as they were taken to be need not be placed again. */
const rowHeight = 54;

interface ListProps {
  filters: Filters;
  isOfOne: boolean;
  isLive: boolean;
  onClear(): void;
}

function DeliveryList({ filters, isOfOne, isLive, onClear }: ListProps) {
  const [{ open }, setView] = useView();
  const list = useDeliveryList(filters);
  const { query, rows, search } = list;
  const fresh = useNewRows(filters, rows, isLive && query.isSuccess);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In place where nobody is reading; else they wait for the reader.
    if (fresh.count > 0 && open === null && !isBeingRead(place.current)) fresh.show();
  }, [fresh, open]);
  const to = usePaths();
  const columns = useMemo(() => deliveryColumns(to, isOfOne), [to, isOfOne]);
  const resend = useResend();
  const toggle = useCallback(
    (row: Delivery) => void setView((view) => ({ open: view.open === row.id ? null : row.id })),
    [setView],
  );
  if (query.isError && rows.length === 0) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div ref={place} className="deliveries-list">
      {fresh.count > 0 ? (
        <div className="deliveries-new">
          <Button
            look="primary"
            size="s"
            onPress={() => {
              fresh.show();
              window.scrollTo({ top: 0 });
            }}
          >
            {`${fresh.count}${fresh.hasGap ? '+' : ''} new`}
          </Button>
        </div>
      ) : null}
      <span className="visually-hidden" role="status">
        {fresh.count > 0 ? `${fresh.count} new deliveries` : ''}
      </span>
      <DataTable
        label="Deliveries"
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        onOpen={toggle}
        shortcuts={{ r: (row) => resend.ask(row) }}
        expandedId={open}
        renderExpanded={(row) => <DeliveryDetail id={row.id} />}
        hasMore={list.hasMore}
        onMore={list.more}
        isLoading={query.isPending || (rows.length === 0 && search.isUnderWay)}
        empty={search.isStopped ? null : <Nothing filters={filters} onClear={onClear} />}
        rowHeight={rowHeight}
      />
      <SearchProgress search={search} found={rows.length} />
      {list.isFull ? (
        <p className="muted deliveries-end">
          These are the newest {rowsMax.toLocaleString()}. Choose a time or a filter to see older ones.
        </p>
      ) : null}
      {resend.dialog}
    </div>
  );
}

/** Whether moving the rows would move what somebody looks at or is about to press. */
function isBeingRead(place: HTMLElement | null): boolean {
  if (place === null) return false;
  return window.scrollY > 8 || place.matches(':hover') || place.contains(document.activeElement);
}

function Nothing({ filters, onClear }: { filters: Filters; onClear(): void }) {
  const { data: webhooks } = useQuery(webhooksQuery(useTenant()));
  const navigate = useNavigate();
  const to = usePaths();
  if (isFiltered(filters)) {
    return (
      <State
        icon={<SearchX size={22} aria-hidden />}
        title="No delivery fits"
        action={<Button onPress={onClear}>Clear filters</Button>}
      >
        None of this time fits the filters. A longer time or fewer filters may.
      </State>
    );
  }
  if (webhooks?.length === 0) {
    return (
      <State
        icon={<Inbox size={22} aria-hidden />}
        title="Nothing is delivered yet"
        action={
          <Button look="primary" onPress={() => void navigate(to.newWebhook)}>
            Add a webhook
          </Button>
        }
      >
        Events are delivered once a webhook subscribes to their types.
      </State>
    );
  }
  return (
    <State icon={<Inbox size={22} aria-hidden />} title="No deliveries in this time">
      They appear here as they happen. Choose a longer time to see older ones.
    </State>
  );
}
