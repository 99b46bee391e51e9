import { queryOptions, useQuery } from '@tanstack/react-query';
import { ArrowLeft, SearchX } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { answer, type Schemas } from '../../api/client';
import { ApiError } from '../../api/problem';
import { allPages, pageMax, webhooksQuery } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import { useTenant, type Tenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { CodeBlock } from '../../ui/code-block';
import { CopyButton } from '../../ui/copy';
import { Page } from '../../ui/page';
import { QueryView, State } from '../../ui/states';
import { HttpStatus, StatusPill } from '../../ui/status';
import { Time } from '../../ui/time';
import { explain, type Verdict } from './why';
import './event.css';

const eventQuery = ({ tenantId, api }: Tenant, id: string) =>
  queryOptions({
    queryKey: [tenantId, 'event', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/events/{id}', { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });

const deliveriesQuery = ({ tenantId, api }: Tenant, eventId: string) =>
  queryOptions({
    queryKey: [tenantId, 'event', eventId, 'deliveries'],
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/deliveries', {
            params: { query: { eventId, limit: pageMax, ...(cursor ? { cursor } : {}) } },
            signal,
          }),
        ),
      ),
    refetchInterval: pollMs,
  });

/** The webhooks as they were at a moment. */
const webhooksAtQuery = ({ tenantId, api }: Tenant, asOf: string) =>
  queryOptions({
    queryKey: [tenantId, 'webhooks-at', asOf],
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/webhooks', {
            params: { query: { asOf, limit: pageMax, ...(cursor ? { cursor } : {}) } },
            signal,
          }),
        ),
      ),
    staleTime: Infinity,
  });

export function Component() {
  const { eventId = '' } = useParams();
  const query = useQuery(eventQuery(useTenant(), eventId));
  const to = usePaths();
  const isMissing = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Page
      title={query.data?.type ?? 'Event'}
      subtitle={
        <span className="row">
          <span className="mono truncate">{eventId}</span>
          <CopyButton text={eventId} label="Copy the event id" />
        </span>
      }
      actions={
        <Link className="ui-button quiet" to={to.events()}>
          <ArrowLeft size={16} aria-hidden /> Events
        </Link>
      }
    >
      {isMissing ? <Missing id={eventId} /> : <QueryView query={query}>{(event) => <Found event={event} />}</QueryView>}
    </Page>
  );
}

function Missing({ id }: { id: string }) {
  const to = usePaths();
  return (
    <State
      icon={<SearchX size={22} aria-hidden />}
      title="No such event was accepted"
      action={
        <>
          <Link className="ui-button secondary" to={to.deliveries({ eventId: id, range: '30d' })}>
            Look among the deliveries
          </Link>
          <Link className="ui-button secondary" to={to.integrationLog({ view: 'entries' })}>
            Look among what was refused
          </Link>
        </>
      }
    >
      It was not emitted for this tenant under this id, was refused, or is past its retention. A test event is not kept
      here, only its delivery.
    </State>
  );
}

function Found({ event }: { event: Schemas['Event'] }) {
  return (
    <div className="event">
      <div className="stack">
        <Recipients event={event} />
        <CodeBlock label="Data" text={JSON.stringify(event.data)} />
      </div>
      <dl className="card padded event-facts">
        <dt>Accepted</dt>
        <dd>
          <Time at={event.acceptedAt} exact />
        </dd>
        <dt>Happened</dt>
        <dd>
          <Time at={event.time} exact />
        </dd>
        <dt>Source</dt>
        <dd>{event.source}</dd>
        <dt>Type</dt>
        <dd>
          <TypeLink type={event.type} />
        </dd>
      </dl>
    </div>
  );
}

function TypeLink({ type }: { type: string }) {
  return <Link to={usePaths().catalog(type)}>{type}</Link>;
}

function Recipients({ event }: { event: Schemas['Event'] }) {
  const tenant = useTenant();
  const deliveries = useQuery(deliveriesQuery(tenant, event.id));
  const then = useQuery(webhooksAtQuery(tenant, event.acceptedAt));
  const now = useQuery(webhooksQuery(tenant));
  return (
    <section className="card event-recipients" aria-labelledby="event-recipients">
      <h2 id="event-recipients">Where it went, and why not</h2>
      <QueryView query={deliveries} lines={3}>
        {(sent) => (
          <QueryView query={now} lines={3}>
            {(present) => {
              // Without the past, the present is the best that is known, and said to be that.
              const verdicts = explain(event, sent, then.data ?? present, present);
              return (
                <>
                  <Summary verdicts={verdicts} />
                  <ul>
                    {verdicts.map((verdict) => (
                      <Recipient key={`${verdict.webhookId}${verdict.delivery?.id ?? ''}`} verdict={verdict} />
                    ))}
                  </ul>
                  <p className="faint event-note">
                    {then.data
                      ? 'Judged by the configuration of the moment at which the event was accepted.'
                      : 'Judged by the present configuration, which may not be that of the moment at which the event was accepted.'}
                  </p>
                </>
              );
            }}
          </QueryView>
        )}
      </QueryView>
    </section>
  );
}

function Summary({ verdicts }: { verdicts: readonly Verdict[] }) {
  const sent = verdicts.filter(({ delivery }) => delivery !== null).length;
  if (verdicts.length === 0) return <p className="muted">The tenant has no webhook, so nothing was to be sent.</p>;
  if (sent === 0) return <p className="muted">It was sent nowhere: no webhook was to get it.</p>;
  return (
    <p className="muted">
      {sent === 1 ? 'One delivery' : `${sent} deliveries`}, of {verdicts.length}{' '}
      {verdicts.length === 1 ? 'webhook' : 'webhooks'}.
    </p>
  );
}

function Recipient({ verdict: { webhookId, name, delivery, reason } }: { verdict: Verdict }) {
  const to = usePaths();
  if (delivery === null) {
    return (
      <li>
        <Link to={to.webhook(webhookId)} className="event-name">
          {name}
        </Link>
        <span className="muted">Not sent. {reason}</span>
      </li>
    );
  }
  return (
    <li>
      <Link to={to.delivery(delivery.id)} className="event-name">
        {name}
      </Link>
      <span className="row wrap">
        <StatusPill status={delivery.status} />
        {delivery.httpStatus === null ? null : <HttpStatus code={delivery.httpStatus} />}
        <span className="muted">
          {delivery.attemptCount === 1 ? '1 attempt' : `${delivery.attemptCount} attempts`},{' '}
          <Time at={delivery.completedAt ?? delivery.createdAt} />
          {delivery.status === 'held' ? ' — held, because the webhook is paused; it is sent when that is resumed' : ''}
        </span>
      </span>
    </li>
  );
}
