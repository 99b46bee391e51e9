import { useMutation } from '@tanstack/react-query';
import { CircleCheck, FlaskConical } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { answer, type Schemas } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';

/** The secret stands here once: it is neither in the address nor in any cache. */
export function Created({ webhook }: { webhook: Schemas['CreatedWebhook'] }) {
  const { api } = useTenant();
  const navigate = useNavigate();
  const to = usePaths();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const test = useMutation({
    mutationFn: () => answer(api.POST('/v1/webhooks/{id}/test', { params: { path: { id: webhook.id } }, body: {} })),
    onSuccess: ({ deliveryId }) => navigate(to.delivery(deliveryId)),
  });
  return (
    <section className="card webhook-form-created stack">
      <div className="row">
        <CircleCheck size={26} aria-hidden className="webhook-form-check" />
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {webhook.name} is active
          </h2>
          <p className="muted">Every event that is accepted from now on and matches is sent to it.</p>
        </div>
      </div>
      <div className="stack tight">
        <h3>Signing secret</h3>
        <div className="webhook-form-secret">
          <code>{webhook.secret}</code>
          <CopyButton text={webhook.secret} label="Copy the secret">
            Copy
          </CopyButton>
        </div>
        <p className="ui-hint">
          Copy it into your receiver now: it is shown this once. Later only a tenant admin can read it, and each reading
          stands in the history.
        </p>
      </div>
      <div className="row wrap">
        <Button
          look="primary"
          icon={<FlaskConical size={16} aria-hidden />}
          isPending={test.isPending}
          onPress={() => test.mutate()}
        >
          Send a test event
        </Button>
        <Button onPress={() => void navigate(to.webhook(webhook.id))}>Open the webhook</Button>
        <Button look="quiet" onPress={() => void navigate(to.webhooks)}>
          All webhooks
        </Button>
      </div>
    </section>
  );
}
