import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useWebhooks } from '../../api/names';
import { rowsOf } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { DataTable, type Column } from '../../ui/data-table';
import { Failed } from '../../ui/states';
import { StatusPill } from '../../ui/status';
import { formatDuration, Time } from '../../ui/time';
import { Nothing } from './causes';
import { fits, logQuery, type Filters, type LogEntry } from './queries';

export function Entries({ filters }: { filters: Filters }) {
  const query = useInfiniteQuery(logQuery(useTenant(), filters, null));
  const webhooks = useWebhooks();
  const to = usePaths();
  const [open, setOpen] = useQueryState('open', parseAsString);
  const rows = useMemo(() => rowsOf(query.data).filter(fits(filters.level)), [query.data, filters.level]);
  const columns = useMemo(
    (): Column<LogEntry>[] => [
      { id: 'level', header: 'Level', width: '96px', phone: 'end', cell: ({ level }) => <StatusPill status={level} /> },
      { id: 'at', header: 'Time', width: '110px', phone: 'main', cell: ({ at }) => <Time at={at} /> },
      {
        id: 'message',
        header: 'Message',
        width: 'minmax(240px, 3fr)',
        cell: ({ message }) => <div className="integration-log-clamped">{message}</div>,
      },
      {
        id: 'webhook',
        header: 'Webhook',
        width: 'minmax(110px, 1fr)',
        cell: ({ webhookId }) =>
          webhookId === null ? null : (
            <Link className="truncate integration-log-name" to={to.webhook(webhookId)}>
              {webhooks?.get(webhookId)?.name ?? webhookId}
            </Link>
          ),
      },
      {
        id: 'duration',
        header: 'Duration',
        width: '84px',
        align: 'end',
        phone: 'none',
        cell: ({ durationMs }) => formatDuration(durationMs),
      },
    ],
    [webhooks, to],
  );
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <DataTable
      label="Entries of the integration log"
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      isLoading={query.isPending}
      hasMore={query.hasNextPage}
      onMore={() => {
        if (!query.isFetching) void query.fetchNextPage();
      }}
      expandedId={open}
      onOpen={({ id }) => void setOpen(open === id ? null : id)}
      renderExpanded={(entry) => <Details entry={entry} />}
      empty={<Nothing filters={filters} />}
    />
  );
}

function Details({ entry }: { entry: LogEntry }) {
  const to = usePaths();
  return (
    <div className="stack tight">
      <p className="integration-log-message">{entry.message}</p>
      <div className="row wrap">
        {entry.deliveryId === null ? null : (
          <Link className="ui-button secondary s" to={to.delivery(entry.deliveryId)}>
            Open the delivery
          </Link>
        )}
        <span className="faint">
          <Time at={entry.at} exact /> · {entry.source} · this cause {entry.cause.count.toLocaleString()} times since{' '}
          <Time at={entry.cause.firstSeenAt} exact />
        </span>
      </div>
    </div>
  );
}
