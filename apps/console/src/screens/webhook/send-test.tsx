import { useMutation, useQuery } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useState, type ReactNode } from 'react';
import { useWhyNot } from '../../api/access';
import { answer } from '../../api/client';
import { messageOf } from '../../api/problem';
import { eventTypesQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Select } from '../../ui/select';
import { DeliveryDetail } from '../delivery/detail';
import type { Webhook } from './queries';
import { SentSignature } from './sent-signature';
import { useDataCheck } from './use-data-check';

const testType = 'webhook.test';

/** A test event goes the real way: signed, sent, retried and logged like any other, and marked as a test. */
export function SendTest({ webhook }: { webhook: Webhook }) {
  const { data: types = [] } = useQuery(eventTypesQuery(useTenant()));
  const [chosen, setChosen] = useQueryState('type', parseAsString.withDefault(testType));
  const type = types.find((each) => each.type === chosen);
  return (
    <div className="stack">
      <Editor
        key={type?.type ?? testType}
        webhook={webhook}
        type={type}
        choice={
          <Select
            label="Event type"
            value={type?.type ?? testType}
            onChange={(value) => void setChosen(value)}
            options={[
              { value: testType, label: testType, description: 'A small payload of its own' },
              ...types.map(({ type: name, title }) => ({ value: name, label: name, description: title })),
            ]}
          />
        }
      />
    </div>
  );
}

interface EventType {
  type: string;
  schema: Record<string, unknown>;
  example: Record<string, unknown>;
}

function Editor({ webhook, type, choice }: { webhook: Webhook; type: EventType | undefined; choice: ReactNode }) {
  const { api } = useTenant();
  const denied = useWhyNot('testWebhook');
  const example = type ? JSON.stringify(type.example, null, 2) : '';
  const [text, setText] = useState(example);
  const check = useDataCheck(type?.schema, text);
  const send = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/v1/webhooks/{id}/test', {
          params: { path: { id: webhook.id } },
          body: type ? { eventType: type.type, data: check.data ?? {} } : {},
        }),
      ),
    meta: { failed: null },
  });
  const isPaused = webhook.status === 'paused';
  const error = check.errors.length > 0 ? check.errors.join('; ') : undefined;
  return (
    <>
      <section className="card padded stack" aria-label="Test event">
        {choice}
        {type ? (
          <Field
            label="Data"
            lines={Math.min(22, Math.max(8, text.split('\n').length))}
            mono
            value={text}
            onChange={setText}
            error={error}
            hint="The type's example. Change what you like; it must fit the type's schema."
          />
        ) : (
          <p className="muted">
            A small event that says that it is a test. Choose a type of the catalog to send one of its shape, with data
            that you can edit.
          </p>
        )}
        {send.error ? (
          <p className="ui-error" role="alert">
            {messageOf(send.error).title}: {messageOf(send.error).detail}
          </p>
        ) : null}
        <div className="row wrap">
          <Button
            look="primary"
            icon={<Send size={15} aria-hidden />}
            denied={denied ?? (isPaused ? 'The webhook is paused. Resume it first.' : null)}
            isDisabled={error !== undefined}
            isPending={send.isPending}
            onPress={() => send.mutate()}
          >
            {send.data ? 'Send another' : 'Send'}
          </Button>
          {type && text !== example ? <Button onPress={() => setText(example)}>Back to the example</Button> : null}
          <span className="muted">to {webhook.url}</span>
        </div>
      </section>
      {send.data ? (
        <section className="card padded stack" aria-label="What came of it" key={send.data.deliveryId}>
          <h2>What came of it</h2>
          <SentSignature webhookId={webhook.id} deliveryId={send.data.deliveryId} />
          <DeliveryDetail id={send.data.deliveryId} />
        </section>
      ) : null}
    </>
  );
}
