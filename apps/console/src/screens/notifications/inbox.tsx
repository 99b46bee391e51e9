import { useInfiniteQuery } from '@tanstack/react-query';
import { CheckCheck, Inbox as InboxIcon, MailCheck } from 'lucide-react';
import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useWhyNot } from '../../api/access';
import { useWebhookOptions, useWebhooks } from '../../api/names';
import { rowsOf } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { Combo } from '../../ui/combo';
import { DataTable, type Column } from '../../ui/data-table';
import { Segments } from '../../ui/segments';
import { Select } from '../../ui/select';
import { Failed, State } from '../../ui/states';
import { Badge } from '../../ui/status';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { noticesQuery, useMarkAllRead, useMarkRead, type Filters, type Notice } from './queries';
import { kindNames, kinds } from './words';

const shows = [
  { value: 'unread', label: 'Unread' },
  { value: 'all', label: 'All' },
] as const;
const kindOptions = [
  { value: 'any' as const, label: 'All kinds' },
  ...kindNames.map((kind) => ({ value: kind, label: kinds[kind].title })),
];

export function Inbox() {
  const [filters, setFilters] = useQueryStates({
    show: parseAsStringLiteral(shows.map(({ value }) => value)).withDefault('all'),
    kind: parseAsStringLiteral(kindNames),
    webhookId: parseAsString,
  });
  const webhooks = useWebhookOptions();
  return (
    <div className="stack">
      <div className="row wrap">
        <Segments label="Show" segments={shows} value={filters.show} onChange={(show) => void setFilters({ show })} />
        <Select
          label="Kind"
          isLabelHidden
          options={kindOptions}
          value={filters.kind ?? 'any'}
          onChange={(kind) => void setFilters({ kind: kind === 'any' ? null : kind })}
        />
        <Combo
          label="Webhook"
          placeholder="All webhooks"
          options={webhooks}
          value={filters.webhookId}
          onChange={(webhookId) => void setFilters({ webhookId })}
        />
        <span className="spacer" />
        <MarkAll />
      </div>
      <List filters={filters} />
    </div>
  );
}

function MarkAll() {
  const denied = useWhyNot('readNotification');
  const [marked, setMarked] = useState(0);
  const markAll = useMarkAllRead(setMarked);
  return (
    <Button
      icon={<CheckCheck size={16} aria-hidden />}
      denied={denied}
      isPending={markAll.isPending}
      onPress={() => {
        setMarked(0);
        markAll.mutate(undefined, {
          onSuccess: (count) =>
            toast({ tone: 'good', title: count === 0 ? 'Nothing was unread' : `${count} marked as read` }),
        });
      }}
    >
      {markAll.isPending && marked > 0 ? `Marked ${marked}` : 'Mark all as read'}
    </Button>
  );
}

function List({ filters }: { filters: Filters }) {
  const query = useInfiniteQuery(noticesQuery(useTenant(), filters));
  const names = useWebhooks();
  const denied = useWhyNot('readNotification');
  const markRead = useMarkRead();
  const [open, setOpen] = useQueryState('open', parseAsString);
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const { mutate } = markRead;
  const columns = useMemo(
    (): Column<Notice>[] => [
      {
        id: 'kind',
        header: 'What',
        width: '200px',
        phone: 'main',
        cell: ({ kind, readAt }) => (
          <span className="row">
            <span className={readAt === null ? 'notifications-dot' : 'notifications-dot read'}>
              <span className="visually-hidden">{readAt === null ? 'Unread' : 'Read'}</span>
            </span>
            <Badge tone={kinds[kind].tone}>{kinds[kind].title}</Badge>
          </span>
        ),
      },
      {
        id: 'message',
        header: 'Message',
        width: 'minmax(260px, 1fr)',
        cell: ({ message, readAt, webhookId }) => (
          <div className={readAt === null ? 'notifications-text unread' : 'notifications-text'}>
            <span className="truncate">{names?.get(webhookId)?.name ?? webhookId}</span>
            <span className="notifications-message">{message}</span>
          </div>
        ),
      },
      { id: 'at', header: 'When', width: '110px', phone: 'end', cell: ({ at }) => <Time at={at} /> },
      {
        id: 'read',
        header: '',
        width: '40px',
        phone: 'none',
        cell: ({ id, readAt }) =>
          readAt === null ? (
            <Button
              look="quiet"
              size="s"
              denied={denied}
              label="Mark as read"
              icon={<MailCheck size={16} aria-hidden />}
              onPress={() => mutate(id)}
            />
          ) : null,
      },
    ],
    [names, denied, mutate],
  );
  const onOpen = ({ id, readAt }: Notice) => {
    void setOpen(open === id ? null : id);
    // In the list of the unread it would vanish from under the reader: there it is marked by its button.
    if (open !== id && readAt === null && denied === null && filters.show === 'all') mutate(id);
  };
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <DataTable
      label="Notifications"
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowHeight={72}
      isLoading={query.isPending}
      hasMore={query.hasNextPage}
      onMore={() => {
        if (!query.isFetching) void query.fetchNextPage();
      }}
      expandedId={open}
      onOpen={onOpen}
      renderExpanded={(notice) => <Details notice={notice} isKnown={names?.has(notice.webhookId) ?? false} />}
      empty={<Nothing filters={filters} />}
    />
  );
}

function Details({ notice, isKnown }: { notice: Notice; isKnown: boolean }) {
  const to = usePaths();
  const { webhookId, deliveryId, message, at, emailedTo, readAt } = notice;
  return (
    <div className="stack tight notifications-details">
      <p>{message}</p>
      <p className="faint">
        <Time at={at} exact /> · {emailedTo === null ? 'not mailed' : `mailed to ${emailedTo}`}
        {readAt === null ? null : (
          <>
            {' '}
            · read <Time at={readAt} />
          </>
        )}
      </p>
      <div className="row wrap">
        {deliveryId === null ? null : (
          <Link className="ui-button secondary s" to={to.delivery(deliveryId)}>
            Open the delivery
          </Link>
        )}
        {isKnown ? (
          <Link className="ui-button secondary s" to={to.webhook(webhookId)}>
            Open the webhook
          </Link>
        ) : null}
        <Link className="ui-button quiet s" to={to.deliveries({ webhookId, status: 'failed', range: '30d' })}>
          Failed deliveries
        </Link>
      </div>
    </div>
  );
}

function Nothing({ filters: { show, kind, webhookId } }: { filters: Filters }) {
  const isFiltered = kind !== null || webhookId !== null;
  return (
    <State
      icon={<InboxIcon size={22} aria-hidden />}
      title={isFiltered ? 'No notification fits' : show === 'unread' ? 'All read' : 'No notification yet'}
    >
      {isFiltered
        ? 'Take another kind or webhook.'
        : 'You are told here when a delivery is given up, or a webhook fails or recovers.'}
    </State>
  );
}
