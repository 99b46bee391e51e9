import { useInfiniteQuery } from '@tanstack/react-query';
import { RotateCw, ScrollText } from 'lucide-react';
import { parseAsString, useQueryState, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { roleNames, useWhyNot } from '../../api/access';
import { historyTitle, type HistoryEntry } from '../../api/history';
import { useApiKeys, useWebhookOptions, useWebhooks } from '../../api/names';
import { rowsOf } from '../../api/queries';
import type { Role } from '../../api/session';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { fieldName } from '../../ui/changes';
import { Combo } from '../../ui/combo';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Failed, NoPermission, State } from '../../ui/states';
import { Badge } from '../../ui/status';
import { Time } from '../../ui/time';
import { TimeRangeSelect, useTimeRange } from '../../ui/time-range';
import { actorName, type Keys } from './actor';
import { EntryDetails } from './entry-details';
import { auditQuery, type Filters } from './queries';
import './audit.css';

export function Component() {
  const denied = useWhyNot('auditEvents');
  return (
    <Page title="Audit" subtitle="Who changed what, when and why; what was refused; who read a secret.">
      {denied === null ? <Log /> : <NoPermission>{denied}</NoPermission>}
    </Page>
  );
}

function Log() {
  const [range, setRange] = useTimeRange();
  const [{ actor, webhookId }, setFilters] = useQueryStates({ actor: parseAsString, webhookId: parseAsString });
  const [open, setOpen] = useQueryState('open', parseAsString);
  const filters: Filters = { actor, webhookId, range };
  const query = useInfiniteQuery(auditQuery(useTenant(), filters));
  const keys = useApiKeys();
  const webhooks = useWebhooks();
  const webhookOptions = useWebhookOptions();
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const columns = useMemo(() => columnsOf(keys, (id) => webhooks?.get(id)?.name ?? id), [keys, webhooks]);
  const actors = useMemo(
    () => [
      ...[...keys.values()].map(({ id, name, role }) => ({ value: id, label: name, description: roleNames[role] })),
      { value: 'system', label: 'The platform', description: 'Health, and what is paused by itself' },
    ],
    [keys],
  );
  return (
    <>
      <div className="row wrap">
        <Combo
          label="Who"
          placeholder="Anybody"
          options={actors}
          value={actor}
          onChange={(next) => void setFilters({ actor: next })}
        />
        <Combo
          label="Webhook"
          placeholder="Everything"
          options={webhookOptions}
          value={webhookId}
          onChange={(next) => void setFilters({ webhookId: next })}
        />
        <TimeRangeSelect value={range} onChange={setRange} />
        <span className="spacer" />
        <Button
          look="quiet"
          label="Look again"
          icon={<RotateCw size={16} aria-hidden />}
          isPending={query.isRefetching}
          onPress={() => void query.refetch()}
        />
      </div>
      {query.error && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label="Changes"
          columns={columns}
          rows={rows}
          rowId={({ position }) => position}
          rowHeight={60}
          isLoading={query.isPending}
          hasMore={query.hasNextPage}
          onMore={() => {
            if (!query.isFetching) void query.fetchNextPage();
          }}
          expandedId={open}
          onOpen={({ position }) => void setOpen(open === position ? null : position)}
          renderExpanded={(entry) => <EntryDetails entry={entry} keys={keys} webhooks={webhooks} />}
          empty={
            <State icon={<ScrollText size={22} aria-hidden />} title="Nothing fits">
              Take another time, person or webhook.
            </State>
          }
        />
      )}
    </>
  );
}

function columnsOf(keys: Keys, webhookName: (id: string) => string): Column<HistoryEntry>[] {
  return [
    {
      id: 'at',
      header: 'When',
      width: '120px',
      phone: 'end',
      cell: ({ at }) => <Time at={at} />,
    },
    {
      id: 'what',
      header: 'What',
      width: 'minmax(220px, 2fr)',
      phone: 'main',
      cell: (entry) => (
        <div className="audit-what">
          <span className="row wrap">
            <strong>{historyTitle(entry)}</strong>
            <Mark entry={entry} />
          </span>
          <span className="muted truncate">{summary(entry)}</span>
        </div>
      ),
    },
    {
      id: 'on',
      header: 'Webhook',
      width: 'minmax(120px, 1fr)',
      cell: ({ webhookId }) =>
        webhookId === null ? (
          <span className="faint">the tenant</span>
        ) : (
          <span className="truncate audit-name">{webhookName(webhookId)}</span>
        ),
    },
    {
      id: 'who',
      header: 'Who',
      width: 'minmax(120px, 1fr)',
      cell: ({ actor }) => <span className="truncate audit-name">{actorName(actor, keys)}</span>,
    },
    {
      id: 'reason',
      header: 'Reason',
      width: 'minmax(100px, 1fr)',
      phone: 'none',
      cell: ({ reason }) =>
        reason === null ? <span className="faint">—</span> : <span className="truncate audit-name">{reason}</span>,
    },
  ];
}

function Mark({ entry }: { entry: HistoryEntry }) {
  if (entry.outcome === 'refused') return <Badge tone="bad">Refused</Badge>;
  return entry.type === 'SecretRead' ? <Badge tone="warn">Secret</Badge> : null;
}

/** One line of what was changed; the row has all of it. */
function summary({ type, refusal, changes }: HistoryEntry): string {
  if (refusal !== null) return refusal.detail;
  const after = (field: string) => changes.find((change) => change.field === field)?.after;
  if (type === 'WebhookCreated') return String(after('url') ?? '');
  const [first] = changes;
  if (type === 'ApiKeyCreated' && typeof first?.after === 'object' && first.after !== null) {
    const { name, role } = first.after as { name?: unknown; role?: Role };
    return `${String(name)}, ${role ? roleNames[role] : ''}`;
  }
  if (type === 'TenantCreated') return String(after('name') ?? '');
  const told = changes.filter(({ field }) => field !== 'statusReason');
  return told.map(({ field, before, after }) => `${fieldName(field)}${step(before, after)}`).join(', ');
}

const isShort = (value: unknown) => typeof value === 'number' || (typeof value === 'string' && value.length <= 24);
const step = (before: unknown, after: unknown) =>
  isShort(before) && isShort(after) && before !== after ? ` ${String(before)} → ${String(after)}` : '';
