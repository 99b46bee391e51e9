import { registryOperations } from '@arkan/contracts/http';
import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useNavigate } from 'react-router';
import type { z } from 'zod';
import { answer } from '../../api/client';
import { ApiError, toFields } from '../../api/problem';
import { tenantsQuery } from '../../api/queries';
import { rootApi } from '../../api/session';
import { paths } from '../../app/paths';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { toast } from '../../ui/toast';

const schema = registryOperations.createTenant.body;
type Values = z.infer<typeof schema>;

export default function NewTenant({ onClose }: { onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const { control, handleSubmit, setError } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '' },
  });
  const add = useMutation({
    mutationFn: (body: Values) => answer(rootApi.POST('/v1/tenants', { body })),
    async onSuccess({ id, name }) {
      await client.invalidateQueries(tenantsQuery);
      onClose();
      toast({ tone: 'good', title: `${name} is added`, detail: 'Make an API key for its people and modules next.' });
      await navigate(paths(id).apiKeys);
    },
    onError(error) {
      if (error instanceof ApiError && error.code === 'tenant_exists')
        return setError('id', { message: 'is taken: there is a tenant with this id' });
      const left = toFields(error, ['name', 'id'] as const, (field, message) => setError(field, { message }));
      setProblem(left.join('; ') || null);
    },
    meta: { failed: null },
  });
  const submit = handleSubmit((values) => {
    setProblem(null);
    add.mutate(values);
  });
  return (
    <Dialog
      title="New tenant"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isPending={add.isPending} onPress={() => void submit()}>
            Add the tenant
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
            />
          )}
        />
        <Controller
          control={control}
          name="id"
          render={({ field, fieldState }) => (
            <Field
              label="Id"
              isOptional
              mono
              autoComplete="off"
              value={field.value ?? ''}
              // An empty id is none: the platform makes one.
              onChange={(id) => field.onChange(id === '' ? undefined : id)}
              onBlur={field.onBlur}
              error={fieldState.error?.message}
              hint="As the product's modules call it in their events; it can not be changed. Made up where it is empty."
            />
          )}
        />
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
