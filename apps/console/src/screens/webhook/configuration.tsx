import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../../api/problem';
import { rowsOf } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { QueryView, State } from '../../ui/states';
import { Badge } from '../../ui/status';
import { AsOf } from './as-of';
import { HistoryList } from './history-list';
import { asOfQuery, historyQuery, type Webhook } from './queries';

/** What it is, what it was at any time, and each change of it. */
export function Configuration({ webhook }: { webhook: Webhook }) {
  const [asOf, setAsOf] = useQueryState('asOf', parseAsString);
  const history = useInfiniteQuery(historyQuery(useTenant(), webhook.id));
  const entries = useMemo(() => rowsOf(history.data), [history.data]);
  return (
    <div className="webhook-configuration">
      <section className="card padded stack" aria-label="Configuration">
        <AsOf
          entries={entries}
          createdAt={webhook.createdAt}
          value={asOf}
          onChange={(next) => void setAsOf(next, { history: 'replace' })}
        />
        {asOf === null ? <Fields webhook={webhook} /> : <Past webhook={webhook} asOf={asOf} />}
      </section>
      <section className="stack tight" aria-label="History">
        <h2>History</h2>
        <QueryView query={history}>
          {() => (
            <>
              <HistoryList entries={entries} chosen={asOf} onChoose={(position) => void setAsOf(position)} />
              {history.hasNextPage ? (
                <Button isPending={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
                  Older changes
                </Button>
              ) : null}
            </>
          )}
        </QueryView>
      </section>
    </div>
  );
}

function Past({ webhook, asOf }: { webhook: Webhook; asOf: string }) {
  const query = useQuery(asOfQuery(useTenant(), webhook.id, asOf));
  if (query.error instanceof ApiError && query.error.status === 404)
    return <State title="It was not there then">It was created later.</State>;
  return <QueryView query={query}>{(past) => <Fields webhook={past} present={webhook} />}</QueryView>;
}

const none = '—';
const rows: [string, (webhook: Webhook) => string][] = [
  ['Name', (webhook) => webhook.name],
  ['Description', (webhook) => webhook.description || none],
  ['URL', (webhook) => webhook.url],
  ['Event types', (webhook) => webhook.eventTypes.join('\n')],
  [
    'Custom headers',
    (webhook) =>
      Object.entries(webhook.customHeaders)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n') || none,
  ],
  ['Retries', (webhook) => String(webhook.retryCount)],
  ['Timeout', (webhook) => `${webhook.timeoutMs / 1_000} s`],
  ['Owner', (webhook) => webhook.ownerEmail],
  ['Status', (webhook) => webhook.status],
  ['Revision', (webhook) => String(webhook.revision)],
];

/** What is different from now is marked, and what it is now stands beside it. */
function Fields({ webhook, present }: { webhook: Webhook; present?: Webhook }) {
  const to = usePaths();
  return (
    <dl className="webhook-fields">
      {rows.map(([name, show]) => {
        const value = show(webhook);
        const now = present ? show(present) : value;
        return (
          <div key={name} className={now === value ? '' : 'changed'}>
            <dt>
              {name} {now === value ? null : <Badge tone="warn">differs</Badge>}
            </dt>
            <dd>{value}</dd>
            {now === value ? null : <dd className="muted">now: {now}</dd>}
          </div>
        );
      })}
      {present ? null : (
        <div>
          <dt className="visually-hidden">Change it</dt>
          <dd>
            <Link to={to.editWebhook(webhook.id)}>Change it</Link>
          </dd>
        </div>
      )}
    </dl>
  );
}
