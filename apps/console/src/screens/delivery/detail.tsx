import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Maximize2, RotateCw } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useHref, useNavigate } from 'react-router';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { QueryView } from '../../ui/states';
import { HttpStatus, StatusPill } from '../../ui/status';
import { formatDuration, Time } from '../../ui/time';
import { updateRows } from '../deliveries/queries';
import { AttemptDetail, triggerWords } from './attempt';
import { CancelButton } from './cancel-button';
import type { Attempt } from './diagnosis';
import { deliveryQuery, toRow, type DeliveryWithAttempts } from './queries';
import { useResend } from './use-resend';
import './delivery.css';

/** Below its row, or as the page of its own. Asks as long as something is about to happen. */
export function DeliveryDetail({ id, isPage = false }: { id: string; isPage?: boolean }) {
  const tenant = useTenant();
  const client = useQueryClient();
  const query = useQuery(deliveryQuery(tenant, id));
  const { data } = query;
  useEffect(() => {
    if (data) updateRows(client, tenant.tenantId, [toRow(data)]);
  }, [client, tenant.tenantId, data]);
  return <QueryView query={query}>{(delivery) => <Loaded delivery={delivery} isPage={isPage} />}</QueryView>;
}

function Loaded({ delivery, isPage }: { delivery: DeliveryWithAttempts; isPage: boolean }) {
  const { attempts } = delivery;
  /** null: the newest, whichever that is. */
  const [chosen, setChosen] = useState<number | null>(null);
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts.at(-1);
  return (
    <div className="delivery">
      {isPage ? <h2 className="visually-hidden">What happened</h2> : null}
      <Actions delivery={delivery} isPage={isPage} onResend={() => setChosen(null)} />
      <div className="delivery-parts">
        <div className="delivery-attempts">
          <h3>Attempts</h3>
          <ol>
            {[...attempts].reverse().map((each) => (
              <li key={each.id}>
                <AttemptChoice
                  attempt={each}
                  isChosen={each.id === attempt?.id}
                  onChoose={() => setChosen(each.id === attempts.at(-1)?.id ? null : each.number)}
                />
              </li>
            ))}
          </ol>
          <Next delivery={delivery} />
        </div>
        {attempt ? (
          <AttemptDetail
            key={attempt.id}
            attempt={attempt}
            others={attempts.filter(({ id }) => id !== attempt.id)}
            webhookId={delivery.webhookId}
          />
        ) : (
          <p className="muted delivery-none">Nothing was sent yet.</p>
        )}
      </div>
    </div>
  );
}

function AttemptChoice({ attempt, isChosen, onChoose }: { attempt: Attempt; isChosen: boolean; onChoose(): void }) {
  const isGood = attempt.outcome === 'success';
  return (
    <button
      type="button"
      className={isChosen ? 'delivery-choice chosen' : 'delivery-choice'}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      <span className="row">
        <span className={isGood ? 'delivery-dot good' : 'delivery-dot bad'} aria-hidden />
        <strong>Attempt {attempt.number}</strong>
        <span className="spacer" />
        {attempt.response ? (
          <HttpStatus code={attempt.response.status} />
        ) : (
          <span>{outcomeWords[attempt.outcome]}</span>
        )}
      </span>
      <span className="row faint">
        <Time at={attempt.startedAt} />
        <span className="spacer" />
        {formatDuration(attempt.durationMs)}
      </span>
      {attempt.trigger === 'automatic' ? null : <span className="faint">by {triggerWords[attempt.trigger]}</span>}
    </button>
  );
}

const outcomeWords: Record<Attempt['outcome'], string> = {
  success: 'success',
  http_error: 'refused',
  timeout: 'timeout',
  connect_error: 'no connection',
  tls_error: 'TLS',
  blocked_address: 'blocked',
  unknown: 'unknown',
};

/** What happens to it next, by itself. */
function Next({ delivery }: { delivery: DeliveryWithAttempts }) {
  const { status, nextRetryAt, attemptCount } = delivery;
  if (status === 'pending') return <Waiting>Attempt {attemptCount + 1} is on its way</Waiting>;
  if (status === 'retrying' && nextRetryAt !== null && Date.parse(nextRetryAt) > Date.now()) {
    return (
      <p className="delivery-next">
        Attempt {attemptCount + 1} is due <Time at={nextRetryAt} />
      </p>
    );
  }
  if (status === 'retrying') return <Waiting>Attempt {attemptCount + 1} is due now</Waiting>;
  if (status === 'held') return <p className="delivery-next">Held: it is sent when the webhook is resumed.</p>;
  if (status === 'failed')
    return <p className="delivery-next">All retries are used up. Resend it once it is mended.</p>;
  if (status === 'cancelled')
    return <p className="delivery-next">Cancelled: nothing more is sent of it, unless it is resent.</p>;
  return null;
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <p className="delivery-next row" role="status">
      <span className="ui-spinner" aria-hidden />
      <span>{children}</span>
    </p>
  );
}

const canBeCancelled = new Set<DeliveryWithAttempts['status']>(['pending', 'retrying', 'held']);

function Actions({
  delivery,
  isPage,
  onResend,
}: {
  delivery: DeliveryWithAttempts;
  isPage: boolean;
  onResend(): void;
}) {
  const to = usePaths();
  const navigate = useNavigate();
  const href = useHref(to.delivery(delivery.id));
  const resend = useResend();
  const isUnderWay = delivery.status === 'pending';
  const whyNot =
    delivery.status === 'held' ? 'Its webhook is paused. Resume the webhook, and what is held is sent.' : null;
  return (
    <div className="row wrap delivery-actions">
      <StatusPill status={delivery.status} />
      <span className="mono faint truncate">{delivery.id}</span>
      <CopyButton text={delivery.id} label="Copy the id" />
      <span className="spacer" />
      <CopyButton text={() => new URL(href, location.origin).href} label="Copy link">
        Copy link
      </CopyButton>
      {isPage ? null : (
        <Button
          size="s"
          icon={<Maximize2 size={14} aria-hidden />}
          onPress={() => void navigate(to.delivery(delivery.id))}
        >
          Open
        </Button>
      )}
      {canBeCancelled.has(delivery.status) ? <CancelButton delivery={delivery} /> : null}
      <Button
        size="s"
        look={delivery.status === 'failed' ? 'primary' : 'secondary'}
        icon={<RotateCw size={14} aria-hidden />}
        denied={resend.denied ?? whyNot}
        isPending={resend.isPending || isUnderWay}
        onPress={() => {
          onResend();
          resend.run(delivery.id);
        }}
      >
        {isUnderWay ? 'Sending' : 'Resend'}
      </Button>
    </div>
  );
}
