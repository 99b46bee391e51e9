import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, PartyPopper } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useWhyNot } from '../../api/access';
import { answer } from '../../api/client';
import { webhooksQuery } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import { useTenant, type Tenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { toast } from '../../ui/toast';
import { receiverCommand } from './receiver';
import './first-run.css';

/** A tenant with more webhooks than this is past its beginning, whatever they have delivered. */
const webhooksMax = 3;

const progressQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'first-run'],
    queryFn: async ({ signal }) => {
      const ask = (query: { limit: number; status?: string }) =>
        answer(api.GET('/v1/deliveries', { params: { query }, signal }));
      const [latest, succeeded] = await Promise.all([ask({ limit: 50 }), ask({ limit: 1, status: 'success' })]);
      return {
        testId: latest.data.find(({ isTest }) => isTest)?.id ?? null,
        successId: succeeded.data[0]?.id ?? null,
      };
    },
    refetchInterval: ({ state }) => (state.data?.successId ? false : pollMs / 2),
  });

/** The first steps of a tenant. Ticks itself off, and is gone once the first delivery has succeeded. */
export function FirstRun() {
  const tenant = useTenant();
  const webhooks = useQuery(webhooksQuery(tenant)).data;
  const progress = useQuery({
    ...progressQuery(tenant),
    enabled: webhooks !== undefined && webhooks.length > 0 && webhooks.length <= webhooksMax,
  }).data;
  const [wasOpen, setWasOpen] = useState(false);
  const [isClosed, setClosed] = useState(false);
  if (webhooks === undefined || webhooks.length > webhooksMax || isClosed) return null;
  if (webhooks.length > 0 && progress === undefined) return null;
  const isDone = Boolean(progress?.successId);
  // Somebody who was not here for the steps has no use for their end.
  if (isDone && !wasOpen) return null;
  if (!isDone && !wasOpen) setWasOpen(true);
  const first = webhooks[0];
  return (
    <section className="card padded first-run" aria-labelledby="first-run">
      <div className="row">
        <h2 id="first-run">{isDone ? 'It works' : 'First steps'}</h2>
        <span className="spacer" />
        {isDone ? (
          <Button size="s" onPress={() => setClosed(true)}>
            Close
          </Button>
        ) : null}
      </div>
      <ol>
        <Step isDone={first !== undefined} title="Add a webhook">
          <AddStep />
        </Step>
        <Step isDone={Boolean(progress?.testId) || isDone} title="Send a test event">
          {first ? <TestStep webhookId={first.id} name={first.name} /> : 'It goes the real way, signed and logged.'}
        </Step>
        <Step isDone={isDone} title="See the first delivery arrive">
          {progress?.testId ? <ArriveStep deliveryId={progress.testId} /> : 'A 2xx of your receiver is a success.'}
        </Step>
      </ol>
      {isDone ? <Done deliveryId={progress!.successId!} /> : <Receiver />}
    </section>
  );
}

function Step({ isDone, title, children }: { isDone: boolean; title: string; children: ReactNode }) {
  return (
    <li className={isDone ? 'done' : ''}>
      <span className="first-run-tick" aria-hidden>
        {isDone ? <Check size={13} strokeWidth={3} /> : null}
      </span>
      <div>
        <h3>
          {title}
          <span className="visually-hidden">{isDone ? ', done' : ', to do'}</span>
        </h3>
        {isDone ? null : <div className="muted">{children}</div>}
      </div>
    </li>
  );
}

function AddStep() {
  const to = usePaths();
  const denied = useWhyNot('createWebhook');
  if (denied !== null) return denied;
  return (
    <>
      An HTTPS address of yours and the events that it wants. <Link to={to.newWebhook}>Add a webhook</Link>
    </>
  );
}

function TestStep({ webhookId, name }: { webhookId: string; name: string }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const denied = useWhyNot('testWebhook');
  const test = useMutation({
    mutationFn: () => answer(api.POST('/v1/webhooks/{id}/test', { params: { path: { id: webhookId } }, body: {} })),
    onSuccess() {
      toast({ tone: 'info', title: `A test event is on its way to ${name}` });
      void client.invalidateQueries({ queryKey: [tenantId, 'first-run'] });
    },
  });
  return (
    <Button size="s" denied={denied} isPending={test.isPending} onPress={() => test.mutate()}>
      {`Send one to ${name}`}
    </Button>
  );
}

function ArriveStep({ deliveryId }: { deliveryId: string }) {
  const to = usePaths();
  return (
    <>
      The test is on its way, or was refused. <Link to={to.delivery(deliveryId)}>See what came back</Link>
    </>
  );
}

function Done({ deliveryId }: { deliveryId: string }) {
  const to = usePaths();
  return (
    <p className="row first-run-done">
      <PartyPopper size={18} aria-hidden />
      <span>
        Your receiver has answered. <Link to={to.delivery(deliveryId)}>Look at the delivery</Link>; from here on events
        come by themselves.
      </span>
    </p>
  );
}

function Receiver() {
  return (
    <details className="first-run-receiver">
      <summary>No receiver yet? Run one on this machine</summary>
      <div className="stack tight">
        <p className="muted">
          It needs openssl and Node, prints what it gets and answers 200. Give its address as the webhook's URL. A
          receiver on this machine is reached only where the operator allows it: the platform is then started with{' '}
          <code>ARKAN_ALLOWED_TARGETS=127.0.0.0/8</code> and <code>ARKAN_TARGET_CA_FILE=cert.pem</code>.
        </p>
        <CodeBlock label="Receiver" text={receiverCommand} />
      </div>
    </details>
  );
}
