import { zodResolver } from '@hookform/resolvers/zod';
import { registryOperations } from '@arkan/contracts/http';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import type { z } from 'zod';
import { roleNames } from '../../api/access';
import { answer, type Schemas } from '../../api/client';
import { toFields } from '../../api/problem';
import type { Role } from '../../api/session';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Choices, type Choice } from '../../ui/radio';
import { Select } from '../../ui/select';
import './api-keys.css';

/** Roles of a tenant; an operator's key is made where the platform is run. */
const roles: readonly Choice<Role>[] = [
  {
    value: 'developer',
    label: roleNames.developer,
    description: 'Sets up webhooks, sends tests, resends. No secrets, no keys, no audit.',
  },
  {
    value: 'tenant_admin',
    label: roleNames.tenant_admin,
    description: 'Everything of this tenant: secrets, API keys and what is mailed included.',
  },
  {
    value: 'auditor',
    label: roleNames.auditor,
    description: 'Reads: configuration, deliveries, audit. Changes nothing.',
  },
  {
    value: 'producer',
    label: roleNames.producer,
    description: 'Emits events and reads the catalog. For programs; the console shows it little.',
  },
];

const day = 86_400_000;
const lifetimes = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
] as const;

const schema = registryOperations.createApiKey.body.pick({ name: true, role: true });
type Values = z.infer<typeof schema>;

export default function NewKey({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<Schemas['CreatedApiKey'] | null>(null);
  return made === null ? <Form onClose={onClose} onMade={setMade} /> : <Made made={made} onClose={onClose} />;
}

function Form({ onClose, onMade }: { onClose(): void; onMade(key: Schemas['CreatedApiKey']): void }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const [lifetime, setLifetime] = useState<(typeof lifetimes)[number]['value']>('90');
  const [problem, setProblem] = useState<string | null>(null);
  const { control, handleSubmit, setError } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', role: 'developer' },
  });
  const make = useMutation({
    mutationFn: (values: Values) =>
      answer(
        api.POST('/v1/api-keys', {
          body: {
            ...values,
            ...(lifetime === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(lifetime) * day).toISOString() }),
          },
        }),
      ),
    onSuccess(key) {
      onMade(key);
      void client.invalidateQueries({ queryKey: [tenantId, 'api-keys'] });
    },
    onError(error) {
      const left = toFields(error, ['name', 'role'] as const, (field, message) => setError(field, { message }));
      setProblem(left.join('; ') || null);
    },
    meta: { failed: null },
  });
  const submit = handleSubmit((values) => {
    setProblem(null);
    make.mutate(values);
  });
  return (
    <Dialog
      title="New API key"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isPending={make.isPending} onPress={() => void submit()}>
            Make the key
          </Button>
        </>
      }
    >
      <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
        <Controller
          control={control}
          name="name"
          render={({ field, fieldState }) => (
            <Field
              label="Name"
              autoFocus
              autoComplete="off"
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              error={fieldState.error?.message}
              hint="Which program or person it is for; the audit shows it."
            />
          )}
        />
        <Controller
          control={control}
          name="role"
          render={({ field }) => <Choices label="Role" value={field.value} onChange={field.onChange} choices={roles} />}
        />
        <Select label="Expires" options={lifetimes} value={lifetime} onChange={(next) => setLifetime(next)} />
        {/* Enter in a field submits. */}
        <button type="submit" hidden />
        {problem === null ? null : (
          <p role="alert" className="ui-error">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function Made({ made, onClose }: { made: Schemas['CreatedApiKey']; onClose(): void }) {
  return (
    <Dialog
      title={`The key of "${made.name}"`}
      isOpen
      isSticky
      onClose={onClose}
      foot={
        <Button look="primary" onPress={onClose}>
          I have kept it
        </Button>
      }
    >
      <p className="muted">Copy it now: it is kept as a hash only, and can not be shown again.</p>
      <div className="api-keys-secret">
        <code>{made.key}</code>
        <CopyButton text={made.key} label="Copy the key" size="m">
          Copy
        </CopyButton>
      </div>
      <p className="faint">
        Programs send it as <code>Authorization: Bearer …</code>; people sign in to this console with it.
      </p>
    </Dialog>
  );
}
