import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { Select } from '../../ui/select';
import { Skeleton, State } from '../../ui/states';
import { HttpStatus, StatusPill } from '../../ui/status';
import { formatDuration, Time } from '../../ui/time';
import { presets, type Preset } from '../deliveries/filters';
import { statsQuery } from '../deliveries/queries';
import { Volume } from '../deliveries/volume';
import { waitingQuery, type Webhook } from './queries';

const ranges = Object.keys(presets) as Preset[];
const count = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const waitingShown = 6;

export function Overview({ webhook, onTest }: { webhook: Webhook; onTest(): void }) {
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(ranges).withDefault('24h'));
  const navigate = useNavigate();
  const to = usePaths();
  const time = { webhookId: webhook.id, range, from: null, to: null };
  const deliveries = (query: Record<string, string>) =>
    `${to.webhook(webhook.id)}?${new URLSearchParams({ tab: 'deliveries', ...query }).toString()}`;
  return (
    <div className="stack">
      <div className="row">
        <Select
          label="Time"
          isLabelHidden
          value={range}
          onChange={(chosen) => void setRange(chosen)}
          options={ranges.map((value) => ({ value, label: presets[value].label }))}
        />
      </div>
      <Figures time={time} deliveries={deliveries} />
      <Volume filters={time} isLive onSelect={(from, end) => void navigate(deliveries({ from, to: end }))} />
      {webhook.lastDelivery === null && webhook.status !== 'paused' ? <NeverSent onTest={onTest} /> : null}
      <div className="webhook-columns">
        <LastDelivery webhook={webhook} />
        <NextRetries webhook={webhook} more={deliveries({ status: 'retrying', range: '30d' })} />
        <Held webhook={webhook} more={deliveries({ status: 'held', range: '30d' })} />
      </div>
    </div>
  );
}

function Figures({
  time,
  deliveries,
}: {
  time: Parameters<typeof statsQuery>[1];
  deliveries(query: Record<string, string>): string;
}) {
  const { data: stats } = useQuery(statsQuery(useTenant(), time, 10_000));
  const { range } = time;
  const attempts = stats?.attempts;
  const rate = attempts && attempts.total > 0 ? percent.format(attempts.succeeded / attempts.total) : '—';
  const failed = stats?.deliveries.failed ?? 0;
  return (
    <dl className="webhook-figures">
      <Figure name="Success rate" note="of attempts" value={stats && rate} />
      <Figure name="Attempts" value={stats && count.format(stats.attempts.total)} />
      <Figure
        name="Failed for good"
        value={
          stats &&
          (failed === 0 ? '0' : <Link to={deliveries({ status: 'failed', range })}>{count.format(failed)}</Link>)
        }
      />
      <Figure name="Duration p50" value={stats && formatDuration(stats.durationMs.p50)} />
      <Figure name="Duration p95" value={stats && formatDuration(stats.durationMs.p95)} />
      <Figure
        name="Oldest pending"
        value={stats && (stats.oldestPendingAt === null ? 'none' : <Time at={stats.oldestPendingAt} />)}
      />
    </dl>
  );
}

function Figure({ name, note, value }: { name: string; note?: string; value: ReactNode }) {
  return (
    <div className="card">
      <dt>
        {name} {note ? <span className="faint">{note}</span> : null}
      </dt>
      <dd>{value ?? <Skeleton width={70} height={24} />}</dd>
    </div>
  );
}

function NeverSent({ onTest }: { onTest(): void }) {
  return (
    <div className="card">
      <State
        icon={<FlaskConical size={22} aria-hidden />}
        title="Nothing was sent to it yet"
        action={
          <Button look="primary" onPress={onTest}>
            Send a test event
          </Button>
        }
      >
        The next event of a subscribed type goes to it. A test event shows now whether the receiver takes it.
      </State>
    </div>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card padded stack tight webhook-panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function LastDelivery({ webhook }: { webhook: Webhook }) {
  const to = usePaths();
  const { lastDelivery } = webhook;
  return (
    <Panel title="Last delivery">
      {lastDelivery === null ? (
        <p className="muted">None yet.</p>
      ) : (
        <>
          <span className="row wrap">
            <StatusPill status={lastDelivery.status} />
            <HttpStatus code={lastDelivery.httpStatus} />
            <span className="muted">
              <Time at={lastDelivery.at} />
            </span>
          </span>
          <Link to={to.delivery(lastDelivery.deliveryId)}>Open it</Link>
        </>
      )}
    </Panel>
  );
}

function NextRetries({ webhook, more }: { webhook: Webhook; more: string }) {
  const { data } = useQuery(waitingQuery(useTenant(), webhook.id, 'retrying'));
  const to = usePaths();
  const soonest = [...(data?.data ?? [])].sort((a, b) => ((a.nextRetryAt ?? '') < (b.nextRetryAt ?? '') ? -1 : 1));
  return (
    <Panel title="Next retries">
      {data === undefined ? (
        <Skeleton width={180} />
      ) : soonest.length === 0 ? (
        <p className="muted">No delivery waits for a retry.</p>
      ) : (
        <>
          <ul className="webhook-waiting">
            {soonest.slice(0, waitingShown).map((row) => (
              <li key={row.id} className="row">
                <Link to={to.delivery(row.id)} className="truncate">
                  {row.eventType}
                </Link>
                <span className="spacer" />
                <span className="muted">{row.nextRetryAt === null ? 'now' : <Time at={row.nextRetryAt} />}</span>
              </li>
            ))}
          </ul>
          <Link to={more}>
            {data.nextCursor ? `More than ${soonest.length} wait` : `All ${soonest.length} that wait`}
          </Link>
        </>
      )}
    </Panel>
  );
}

function Held({ webhook, more }: { webhook: Webhook; more: string }) {
  const { data } = useQuery(waitingQuery(useTenant(), webhook.id, 'held'));
  const held = data?.data ?? [];
  const byType = new Map<string, number>();
  for (const { eventType } of held) byType.set(eventType, (byType.get(eventType) ?? 0) + 1);
  return (
    <Panel title="Held">
      {data === undefined ? (
        <Skeleton width={180} />
      ) : held.length === 0 ? (
        <p className="muted">
          {webhook.status === 'paused' ? 'Nothing is held yet. What matches from now on will be.' : 'Nothing is held.'}
        </p>
      ) : (
        <>
          <p>
            Resuming sends {data.nextCursor ? `these ${held.length} and more` : `${held.length}`}, the oldest of{' '}
            <Time at={held.at(-1)!.createdAt} />:
          </p>
          <ul className="webhook-waiting">
            {[...byType].slice(0, waitingShown).map(([type, times]) => (
              <li key={type} className="row">
                <span className="truncate">{type}</span>
                <span className="spacer" />
                <strong>{times}</strong>
              </li>
            ))}
          </ul>
          <Link to={more}>Show them</Link>
        </>
      )}
    </Panel>
  );
}
