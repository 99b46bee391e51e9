import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useRef, useState, type RefObject } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { useNavigate } from 'react-router';
import { answer, type Schemas } from '../../api/client';
import { ApiError, toFields } from '../../api/problem';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { toast } from '../../ui/toast';
import { Created } from './created';
import { Fields } from './fields';
import { LeaveGuard } from './leave-guard';
import { RequestPreview } from './request-preview';
import { bodyOf, changesOf, emptyValues, resolver, valuesOf, type Values, type Webhook } from './values';
import './webhook-form.css';

interface Props {
  types: Schemas['EventType'][];
  settings: Schemas['Settings'];
  /** Null for a new one. */
  webhook: Webhook | null;
  onReload?(): void;
}

const fields = [
  'name',
  'description',
  'url',
  'eventTypes',
  'secret',
  'customHeaders',
  'retryCount',
  'timeoutMs',
  'ownerEmail',
  'reason',
] as const;

export function WebhookForm({ types, settings, webhook, onReload }: Props) {
  const form = useForm<Values>({
    resolver,
    defaultValues: webhook ? valuesOf(webhook) : emptyValues,
    mode: 'onTouched',
  });
  const element = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const [isStale, setStale] = useState(false);
  const done = useRef(false);
  const save = useSave(webhook, done);
  const navigate = useNavigate();
  const to = usePaths();

  /** The first field that is wrong, in the order in which they stand. */
  const focusFirst = () =>
    requestAnimationFrame(() => {
      const wrong = element.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-wrong=true]');
      wrong?.focus({ preventScroll: true });
      wrong?.scrollIntoView({ block: 'center' });
    });
  const submit = form.handleSubmit((values) => {
    setProblems([]);
    save.mutate(values, {
      onError(error) {
        setStale(error instanceof ApiError && error.code === 'revision_mismatch');
        setProblems(
          toFields(error, fields, (field, message) =>
            form.setError(field === 'customHeaders' ? 'headers' : field, { message }),
          ),
        );
        focusFirst();
      },
    });
  }, focusFirst);

  if (save.data && 'secret' in save.data) return <Created webhook={save.data as Schemas['CreatedWebhook']} />;
  return (
    <FormProvider {...form}>
      <div className="webhook-form">
        <form ref={element} onSubmit={(event) => void submit(event)} noValidate className="stack">
          <Fields types={types} settings={settings} isNew={webhook === null} />
          {problems.length > 0 ? (
            <div className="webhook-form-problem" role="alert">
              <CircleAlert size={16} aria-hidden />
              <div>
                {problems.map((problem) => (
                  <p key={problem}>{problem}</p>
                ))}
              </div>
              {isStale && onReload ? <Button onPress={onReload}>Load the newest and begin anew</Button> : null}
            </div>
          ) : null}
          <div className="webhook-form-foot">
            <Button onPress={() => void navigate(webhook ? to.webhook(webhook.id) : to.webhooks)}>Cancel</Button>
            <SaveButton isNew={webhook === null} isPending={save.isPending} />
          </div>
        </form>
        <aside className="webhook-form-side stack" aria-label="Preview">
          <RequestPreview types={types} />
        </aside>
      </div>
      <LeaveGuard done={done} />
    </FormProvider>
  );
}

function SaveButton({ isNew, isPending }: { isNew: boolean; isPending: boolean }) {
  const values = useWatch<Values>();
  return (
    <Button type="submit" look="primary" isPending={isPending}>
      {isNew ? `Add ${values.name?.trim() ? 'and activate' : 'webhook'}` : 'Save changes'}
    </Button>
  );
}

function useSave(webhook: Webhook | null, done: RefObject<boolean>) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const navigate = useNavigate();
  const to = usePaths();
  return useMutation({
    async mutationFn(values: Values): Promise<Webhook> {
      const body = bodyOf(values);
      if (webhook === null) return answer(api.POST('/v1/webhooks', { body }));
      const changes = changesOf(body, webhook);
      if (Object.keys(changes).every((key) => key === 'reason')) return webhook;
      return answer(
        api.PATCH('/v1/webhooks/{id}', {
          params: { path: { id: webhook.id }, header: { 'If-Match': `"${webhook.revision}"` } },
          body: changes,
        }),
      );
    },
    async onSuccess(saved) {
      done.current = true;
      if (webhook !== null) {
        const isSame = saved.revision === webhook.revision;
        toast({ tone: 'good', title: isSame ? 'Nothing was changed' : `${saved.name} is saved` });
        void navigate(to.webhook(saved.id));
      }
      await client.invalidateQueries({ queryKey: [tenantId, 'webhooks'] });
    },
    meta: { failed: null },
  });
}
