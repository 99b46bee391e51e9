import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, Send } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useWebhooks } from '../../api/names';
import { rowsOf } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { DataTable, type Column } from '../../ui/data-table';
import { Failed, State } from '../../ui/states';
import { Badge, StatusPill } from '../../ui/status';
import { Time } from '../../ui/time';
import { fits, logQuery, type Filters, type LogEntry } from './queries';
import { causeTitle, deliveriesOf } from './words';

type Webhooks = ReadonlyMap<string, Schemas['Webhook']> | null;
const idOf = ({ webhookId, cause }: LogEntry) => `${webhookId ?? ''}:${cause.key}`;

/** One row a webhook and cause, as a list of work: what is still going on, how often, since when. */
export function Causes({ filters }: { filters: Filters }) {
  const query = useInfiniteQuery(logQuery(useTenant(), filters, 'cause'));
  const webhooks = useWebhooks();
  const to = usePaths();
  const [open, setOpen] = useQueryState('open', parseAsString);
  const rows = useMemo(() => rowsOf(query.data).filter(fits(filters.level)), [query.data, filters.level]);
  const columns = useMemo(() => columnsOf(webhooks, to), [webhooks, to]);
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <DataTable
      label="Recurring causes"
      columns={columns}
      rows={rows}
      rowId={idOf}
      rowHeight={62}
      isLoading={query.isPending}
      hasMore={query.hasNextPage}
      onMore={() => {
        if (!query.isFetching) void query.fetchNextPage();
      }}
      expandedId={open}
      onOpen={(entry) => void setOpen(open === idOf(entry) ? null : idOf(entry))}
      renderExpanded={(entry) => <Details entry={entry} webhooks={webhooks} />}
      empty={<Nothing filters={filters} />}
    />
  );
}

function columnsOf(webhooks: Webhooks, to: ReturnType<typeof usePaths>): Column<LogEntry>[] {
  return [
    { id: 'level', header: 'Level', width: '96px', phone: 'end', cell: (entry) => <StatusPill status={entry.level} /> },
    {
      id: 'cause',
      header: 'Cause',
      width: 'minmax(180px, 2fr)',
      phone: 'main',
      cell: (entry) => (
        <div className="integration-log-cause">
          <strong>{causeTitle(entry.cause.key)}</strong>
          <WebhookName id={entry.webhookId} webhooks={webhooks} />
        </div>
      ),
    },
    {
      id: 'state',
      header: 'Now',
      width: '124px',
      cell: (entry) => <Now entry={entry} webhooks={webhooks} />,
    },
    {
      id: 'count',
      header: 'Count',
      width: '56px',
      align: 'end',
      cell: (entry) => (
        <span>
          {entry.cause.count.toLocaleString()}
          <span className="integration-log-unit"> times</span>
        </span>
      ),
    },
    {
      id: 'first',
      header: 'First seen',
      width: '92px',
      phone: 'none',
      cell: (entry) => <Time at={entry.cause.firstSeenAt} />,
    },
    { id: 'last', header: 'Last seen', width: '92px', cell: (entry) => <Time at={entry.cause.lastSeenAt} /> },
    {
      id: 'deliveries',
      header: '',
      width: '150px',
      cell: (entry) => {
        const filters = deliveriesOf(entry);
        if (filters === null) return null;
        return (
          <Link className="ui-button secondary s" to={to.deliveries(filters)}>
            <Send size={14} aria-hidden />
            Show deliveries
            <span className="visually-hidden"> of {causeTitle(entry.cause.key)}</span>
          </Link>
        );
      },
    },
  ];
}

function WebhookName({ id, webhooks }: { id: string | null; webhooks: Webhooks }) {
  if (id === null) return <span className="faint">of no webhook</span>;
  return <span className="muted truncate">{webhooks?.get(id)?.name ?? id}</span>;
}

/** Whether there is anything left to do: a success after the last failure says no. */
function Now({ entry, webhooks }: { entry: LogEntry; webhooks: Webhooks }) {
  if (entry.level === 'success' || entry.webhookId === null || webhooks === null) return null;
  const webhook = webhooks.get(entry.webhookId);
  if (!webhook) return <Badge>Webhook deleted</Badge>;
  if (webhook.status === 'paused') return <Badge>Webhook paused</Badge>;
  const { lastDelivery } = webhook;
  if (lastDelivery?.status === 'success' && lastDelivery.at >= entry.cause.lastSeenAt)
    return <Badge tone="good">Delivering again</Badge>;
  return <Badge tone={webhook.status === 'failing' ? 'bad' : 'warn'}>Open</Badge>;
}

function Details({ entry, webhooks }: { entry: LogEntry; webhooks: Webhooks }) {
  const to = usePaths();
  const { webhookId, deliveryId, cause } = entry;
  return (
    <div className="stack tight">
      <p className="integration-log-message">{entry.message}</p>
      <dl className="integration-log-facts">
        <dt>First seen</dt>
        <dd>
          <Time at={cause.firstSeenAt} exact />
        </dd>
        <dt>Last seen</dt>
        <dd>
          <Time at={cause.lastSeenAt} exact />
        </dd>
        <dt>Told by</dt>
        <dd>{entry.source}</dd>
        <dt>Cause</dt>
        <dd className="mono">{cause.key}</dd>
      </dl>
      <div className="row wrap">
        {deliveryId === null ? null : (
          <Link className="ui-button secondary s" to={to.delivery(deliveryId)}>
            Open the latest delivery
          </Link>
        )}
        {webhookId !== null && webhooks?.has(webhookId) ? (
          <Link className="ui-button secondary s" to={to.webhook(webhookId)}>
            Open the webhook
          </Link>
        ) : null}
        {webhookId === null ? null : (
          <Link
            className="ui-button quiet s"
            to={to.integrationLog({ view: 'entries', webhookId, level: entry.level, from: cause.firstSeenAt })}
          >
            Its entries
          </Link>
        )}
      </div>
    </div>
  );
}

export function Nothing({ filters: { level, webhookId, range } }: { filters: Filters }) {
  const isFiltered = webhookId !== null || range.last !== null || range.from !== null || range.to !== null;
  return (
    <State
      icon={<CircleCheck size={22} aria-hidden />}
      title={isFiltered ? 'Nothing fits' : level === 'problems' ? 'Nothing has gone wrong' : 'Nothing here yet'}
    >
      {isFiltered
        ? 'Take another webhook, level or time.'
        : 'What fails stands here, with how often and since when, as soon as it does.'}
    </State>
  );
}
