import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy, FlaskConical, List, Pause, Pencil, Play, type LucideIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useWhyNot } from '../../api/access';
import { answer, type Schemas } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Confirm } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { AnchoredMenu, type MenuEntry } from '../../ui/menu';
import { toast } from '../../ui/toast';

type Webhook = Schemas['Webhook'];

export interface Actions {
  openMenu(webhook: Webhook, anchor: HTMLElement): void;
  pause(webhook: Webhook): void;
  resume(webhook: Webhook): void;
  test(webhook: Webhook): void;
}

interface Opened {
  webhook: Webhook;
  anchor: HTMLElement;
}

/** What a row can do; the dialogs that it opens are shown once, below the list. */
export function useActions() {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const navigate = useNavigate();
  const to = usePaths();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [pausing, setPausing] = useState<Webhook | null>(null);
  const [resuming, setResuming] = useState<Webhook | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: [tenantId, 'webhooks'] });

  const pause = useMutation({
    mutationFn: ({ webhook, reason }: { webhook: Webhook; reason: string }) =>
      answer(
        api.POST('/v1/webhooks/{id}/pause', {
          params: { path: { id: webhook.id } },
          body: reason.trim() === '' ? {} : { reason: reason.trim() },
        }),
      ),
    onSuccess: async (webhook) => {
      await changed();
      setPausing(null);
      toast({ tone: 'good', title: `${webhook.name} is paused`, detail: 'What matches is held until it is resumed.' });
    },
  });
  const resume = useMutation({
    mutationFn: (webhook: Webhook) =>
      answer(api.POST('/v1/webhooks/{id}/resume', { params: { path: { id: webhook.id } }, body: {} })),
    onSuccess: async (webhook) => {
      await changed();
      setResuming(null);
      toast({ tone: 'good', title: `${webhook.name} is active again` });
    },
  });
  const { mutate: test } = useMutation({
    mutationFn: (webhook: Webhook) =>
      answer(api.POST('/v1/webhooks/{id}/test', { params: { path: { id: webhook.id } }, body: {} })),
    onSuccess: ({ deliveryId }, webhook) => {
      const see = () => void navigate(to.delivery(deliveryId));
      toast({ tone: 'info', title: `Test event sent to ${webhook.name}`, action: { label: 'See it', run: see } });
    },
  });

  const actions = useMemo<Actions>(
    () => ({
      openMenu: (webhook, anchor) => setOpened({ webhook, anchor }),
      pause: setPausing,
      resume: setResuming,
      test: (webhook) => test(webhook),
    }),
    [test],
  );
  const dialogs = (
    <>
      {opened ? <RowMenu {...opened} actions={actions} onClose={() => setOpened(null)} /> : null}
      {pausing ? (
        <PauseDialog
          webhook={pausing}
          isPending={pause.isPending}
          onClose={() => setPausing(null)}
          onConfirm={(reason) => pause.mutate({ webhook: pausing, reason })}
        />
      ) : null}
      {resuming ? (
        <ResumeDialog
          webhook={resuming}
          isPending={resume.isPending}
          onClose={() => setResuming(null)}
          onConfirm={() => resume.mutate(resuming)}
        />
      ) : null}
    </>
  );
  return { actions, dialogs };
}

/** What the present role may not do, and why. */
function useDenied() {
  return {
    pause: useWhyNot('pauseWebhook'),
    resume: useWhyNot('resumeWebhook'),
    test: useWhyNot('testWebhook'),
    edit: useWhyNot('patchWebhook'),
  };
}

function RowMenu({ webhook, anchor, actions, onClose }: Opened & { actions: Actions; onClose(): void }) {
  const denied = useDenied();
  const navigate = useNavigate();
  const to = usePaths();
  const icon = (Icon: LucideIcon) => <Icon size={16} aria-hidden />;
  const pauseOrResume: MenuEntry =
    webhook.status === 'paused'
      ? {
          id: 'resume',
          label: 'Resume…',
          icon: icon(Play),
          denied: denied.resume,
          onAction: () => actions.resume(webhook),
        }
      : {
          id: 'pause',
          label: 'Pause…',
          icon: icon(Pause),
          denied: denied.pause,
          onAction: () => actions.pause(webhook),
        };
  return (
    <AnchoredMenu
      anchor={anchor}
      onClose={onClose}
      label={`Actions of ${webhook.name}`}
      entries={[
        {
          id: 'test',
          label: 'Send a test event',
          icon: icon(FlaskConical),
          denied: denied.test,
          onAction: () => actions.test(webhook),
        },
        pauseOrResume,
        {
          id: 'edit',
          label: 'Edit',
          icon: icon(Pencil),
          denied: denied.edit,
          onAction: () => void navigate(to.editWebhook(webhook.id)),
        },
        {
          id: 'deliveries',
          label: 'Deliveries',
          icon: icon(List),
          separated: true,
          onAction: () => void navigate(to.deliveries({ webhookId: webhook.id })),
        },
        {
          id: 'copy',
          label: 'Copy its id',
          icon: icon(Copy),
          onAction: () => void navigator.clipboard.writeText(webhook.id),
        },
      ]}
    />
  );
}

interface DialogProps<T extends unknown[]> {
  webhook: Webhook;
  isPending: boolean;
  onClose(): void;
  onConfirm(...args: T): void;
}

function PauseDialog({ webhook, isPending, onClose, onConfirm }: DialogProps<[reason: string]>) {
  const [reason, setReason] = useState('');
  return (
    <Confirm
      title={`Pause ${webhook.name}?`}
      action="Pause"
      isOpen
      isPending={isPending}
      onClose={onClose}
      onConfirm={() => onConfirm(reason)}
    >
      <div className="stack">
        <p>Nothing is sent to it until it is resumed. Events that match are held, and sent then: none is lost.</p>
        <Field
          label="Reason"
          isOptional
          autoFocus
          value={reason}
          onChange={setReason}
          maxLength={500}
          hint="Stands beside the status and in the history."
        />
      </div>
    </Confirm>
  );
}

const heldShownMax = 250;

function ResumeDialog({ webhook, isPending, onClose, onConfirm }: DialogProps<[]>) {
  const { tenantId, api } = useTenant();
  const held = useQuery({
    queryKey: [tenantId, 'held-count', webhook.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/deliveries', {
          params: { query: { webhookId: webhook.id, status: 'held', limit: heldShownMax } },
          signal,
        }),
      ),
  });
  const count = held.data?.data.length ?? 0;
  const many = held.data?.nextCursor ? `more than ${heldShownMax}` : String(count);
  return (
    <Confirm
      title={`Resume ${webhook.name}?`}
      action="Resume"
      isOpen
      isPending={isPending}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      {held.data === undefined
        ? held.error
          ? 'What was held meanwhile is sent at once.'
          : 'Counting what was held…'
        : count === 0
          ? 'Nothing was held meanwhile. New events are sent as they come.'
          : `${many} ${count === 1 ? 'delivery was' : 'deliveries were'} held meanwhile. They are sent at once, and new events as they come.`}
    </Confirm>
  );
}
