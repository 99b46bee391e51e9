import { useQuery } from '@tanstack/react-query';
import { Plus, Webhook as WebhookIcon } from 'lucide-react';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useWhyNot } from '../../api/access';
import type { Schemas } from '../../api/client';
import { webhooksQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { DataTable } from '../../ui/data-table';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Segments } from '../../ui/segments';
import { Failed, State } from '../../ui/states';
import { FirstRun } from '../first-run';
import { useActions } from './actions';
import { columnsOf } from './columns';
import { useFilters } from './filters';
import { FirstWebhook } from './first-webhook';
import { matching, statusFilters, type StatusFilter } from './matching';
import { stripsOf, webhookStatsQuery } from './stats';
import './webhooks.css';

type Webhook = Schemas['Webhook'];
const none: Webhook[] = [];

export function Component() {
  const tenant = useTenant();
  const webhooks = useQuery(webhooksQuery(tenant));
  const denied = useWhyNot('createWebhook');
  const navigate = useNavigate();
  const to = usePaths();
  const add = (
    <Button
      look="primary"
      icon={<Plus size={16} aria-hidden />}
      denied={denied}
      onPress={() => void navigate(to.newWebhook)}
    >
      Add webhook
    </Button>
  );
  const isEmpty = webhooks.data?.length === 0;
  return (
    <Page title="Webhooks" subtitle="Where events are sent, and whether they arrive." actions={isEmpty ? null : add}>
      {webhooks.error && !webhooks.data ? (
        <Failed error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      ) : isEmpty ? (
        <>
          <FirstWebhook add={add} />
          <FirstRun />
        </>
      ) : (
        <>
          <FirstRun />
          <List webhooks={webhooks.data ?? none} isLoading={webhooks.isPending} />
        </>
      )}
    </Page>
  );
}

function List({ webhooks, isLoading }: { webhooks: Webhook[]; isLoading: boolean }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const to = usePaths();
  const [filters, setFilters] = useFilters();
  const stats = useQuery(webhookStatsQuery(tenant));
  const { actions, dialogs } = useActions();
  const strips = useMemo(() => (stats.data ? stripsOf(stats.data) : null), [stats.data]);
  const columns = useMemo(() => columnsOf({ to, strips, actions, navigate }), [to, strips, actions, navigate]);
  const rows = useMemo(() => matching(webhooks, filters), [webhooks, filters]);
  const counts = (status: StatusFilter) =>
    status === 'all' ? webhooks.length : webhooks.filter((webhook) => webhook.status === status).length;
  return (
    <>
      <div className="row wrap webhooks-bar">
        <Segments
          label="Status"
          value={filters.status}
          onChange={(status) => void setFilters({ status })}
          segments={statusFilters.map(({ value, label }) => ({ value, label, count: counts(value) }))}
        />
        <span className="spacer" />
        <SearchField
          label="Search"
          placeholder="Name, URL, event type"
          value={filters.q}
          onChange={(q) => void setFilters({ q })}
        />
      </div>
      <DataTable
        label="Webhooks"
        columns={columns}
        rows={rows}
        rowId={(webhook) => webhook.id}
        rowHeight={64}
        isLoading={isLoading}
        onOpen={(webhook) => void navigate(to.webhook(webhook.id))}
        sort={filters.sort}
        onSort={(sort) => void setFilters({ sort })}
        empty={
          <State
            icon={<WebhookIcon size={22} aria-hidden />}
            title="No webhook fits"
            action={
              <Button onPress={() => void setFilters({ q: null, status: null })}>Show all {webhooks.length}</Button>
            }
          />
        }
      />
      {dialogs}
    </>
  );
}
