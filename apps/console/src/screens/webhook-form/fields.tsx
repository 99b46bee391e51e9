import { checkUrl } from '@arkan/kernel';
import type { ReactNode } from 'react';
import { Controller, useController, useFormContext, useWatch } from 'react-hook-form';
import type { Schemas } from '../../api/client';
import { Field } from '../../ui/field';
import { NumberField } from '../../ui/number-field';
import { Choices } from '../../ui/radio';
import { EventPicker } from './event-picker';
import { HeaderEditor } from './header-editor';
import { RetryPreview } from './retry-preview';
import { limits, type Values } from './values';

interface Props {
  types: Schemas['EventType'][];
  settings: Schemas['Settings'];
  isNew: boolean;
}

export function Fields({ types, settings, isNew }: Props) {
  return (
    <>
      <Section title="Target">
        <TextControl name="name" label="Name" placeholder="Ledger sync" hint="As your colleagues know it." />
        <TextControl name="description" label="Description" isOptional lines={2} />
        <UrlControl />
        <TextControl
          name="ownerEmail"
          label="Integration owner"
          placeholder="integrations@example.com"
          hint="Gets a mail when deliveries are given up, or the webhook fails for long."
        />
      </Section>
      <Section title="Events">
        <Events types={types} />
      </Section>
      <Section title="Security">
        {isNew ? <SecretControl /> : null}
        <HeaderEditor />
      </Section>
      <Section title="Retries and timeout">
        <div className="webhook-form-numbers">
          <RetryControl />
          <TimeoutControl />
        </div>
        <RetryPreview settings={settings} />
      </Section>
      {isNew ? null : (
        <Section title="Why">
          <TextControl name="reason" label="Reason for the change" isOptional hint="Stands in the history." />
        </Section>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card padded stack" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

type TextName = 'name' | 'description' | 'url' | 'ownerEmail' | 'secret' | 'reason';

function TextControl({
  name,
  hint,
  ...rest
}: { name: TextName; hint?: ReactNode; label: string } & Partial<Parameters<typeof Field>[0]>) {
  const { field, fieldState } = useController<Values, TextName>({ name });
  return (
    <Field
      {...rest}
      hint={hint}
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={inWords(rest.label, fieldState.error?.message)}
      autoComplete="off"
    />
  );
}

/** The contract's messages go on after a field's name: "must not be empty". */
const inWords = (label: string, message: string | undefined) =>
  message === undefined ? undefined : `${label} ${message}`;

function UrlControl() {
  const url = useWatch<Values, 'url'>({ name: 'url' }).trim();
  const refused = url === '' ? null : checkUrl(url, []);
  // What only an operator's setting can allow is no fault of the form: the server knows. Here it is a hint.
  const isPrivate =
    refused !== null && !refused.ok && !/^url_/.test(refused.refusal.code)
      ? 'This host is in a private network: it is accepted only where the operator of the platform has allowed it.'
      : null;
  return (
    <TextControl
      name="url"
      label="URL"
      mono
      placeholder="https://example.com/hooks/arkan"
      type="url"
      hint={isPrivate ?? 'HTTPS only. Events are sent there as signed POSTs.'}
    />
  );
}

function Events({ types }: { types: Schemas['EventType'][] }) {
  const { field, fieldState } = useController<Values, 'eventTypes'>({ name: 'eventTypes' });
  return (
    <EventPicker
      types={types}
      value={field.value}
      onChange={(value) => {
        field.onChange(value);
        field.onBlur();
      }}
      error={fieldState.error?.message ?? undefined}
    />
  );
}

function SecretControl() {
  const { control } = useFormContext<Values>();
  const from = useWatch<Values, 'secretFrom'>({ name: 'secretFrom' });
  return (
    <>
      <Controller
        control={control}
        name="secretFrom"
        render={({ field }) => (
          <Choices
            label="Signing secret"
            value={field.value}
            onChange={field.onChange}
            choices={[
              { value: 'platform', label: 'Generate one', description: '32 random bytes, shown once after saving.' },
              { value: 'person', label: 'Use my own', description: 'Where the receiver has one already.' },
            ]}
          />
        )}
      />
      {from === 'person' ? (
        <TextControl
          name="secret"
          label="Secret"
          mono
          type="password"
          hint={`${limits.secretMin} to ${limits.secretMax} characters, printable ASCII without spaces.`}
        />
      ) : null}
    </>
  );
}

function RetryControl() {
  const { field, fieldState } = useController<Values, 'retryCount'>({ name: 'retryCount' });
  return (
    <NumberField
      label="Retries"
      min={0}
      max={limits.retryCountMax}
      value={field.value}
      onChange={(value) => field.onChange(Number.isNaN(value) ? limits.retryCountDefault : value)}
      onBlur={field.onBlur}
      error={inWords('Retries', fieldState.error?.message)}
      hint={`After the first attempt. 0 to ${limits.retryCountMax}.`}
    />
  );
}

function TimeoutControl() {
  const { field, fieldState } = useController<Values, 'timeoutMs'>({ name: 'timeoutMs' });
  return (
    <NumberField
      label="Timeout"
      min={limits.timeoutMinMs / 1_000}
      max={limits.timeoutMaxMs / 1_000}
      step={0.5}
      format={{ style: 'unit', unit: 'second', unitDisplay: 'short' }}
      value={field.value / 1_000}
      onChange={(seconds) =>
        field.onChange(Number.isNaN(seconds) ? limits.timeoutDefaultMs : Math.round(seconds * 1_000))
      }
      onBlur={field.onBlur}
      error={inWords('Timeout', fieldState.error?.message)}
      hint={`For the whole exchange. ${limits.timeoutMinMs / 1_000} to ${limits.timeoutMaxMs / 1_000} s.`}
    />
  );
}
