import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer } from '../../api/client';
import { messageOf, toFields } from '../../api/problem';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Choices } from '../../ui/radio';
import { Select } from '../../ui/select';
import { formatTime } from '../../ui/time';
import type { Webhook } from './queries';

const overlaps = [
  { value: '0', label: 'None: the previous secret ends now' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '24 hours' },
  { value: '259200', label: '3 days' },
  { value: '604800', label: '7 days' },
] as const;
type Overlap = (typeof overlaps)[number]['value'];

export function RotateDialog({ webhook, onClose }: { webhook: Webhook; onClose(): void }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const [from, setFrom] = useState<'platform' | 'person'>('platform');
  const [secret, setSecret] = useState('');
  const [overlap, setOverlap] = useState<Overlap>('86400');
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<{ secret?: string; reason?: string; form?: string }>({});
  const rotate = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/v1/webhooks/{id}/rotate-secret', {
          params: { path: { id: webhook.id }, header: { 'If-Match': `"${webhook.revision}"` } },
          body: {
            ...(from === 'person' ? { secret } : {}),
            overlapSeconds: Number(overlap),
            ...(reason.trim() ? { reason: reason.trim() } : {}),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [tenantId, 'webhooks'] }),
    onError(error) {
      const found: typeof errors = {};
      const rest = toFields(error, ['secret', 'reason'] as const, (field, message) => {
        found[field] = message;
      });
      setErrors({ ...found, ...(rest.length > 0 ? { form: rest.join('; ') || messageOf(error).title } : {}) });
    },
    meta: { failed: null },
    gcTime: 0,
  });
  if (rotate.data) return <Rotated rotated={rotate.data} onClose={onClose} />;
  return (
    <Dialog
      title="Rotate the secret"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isPending={rotate.isPending} onPress={() => rotate.mutate()}>
            Rotate
          </Button>
        </>
      }
    >
      <p className="muted">
        The new secret signs from now on. During the overlap the previous one signs too, so that a receiver can change
        over without losing anything.
      </p>
      <Choices
        label="New secret"
        value={from}
        onChange={(value: 'platform' | 'person') => setFrom(value)}
        choices={[
          { value: 'platform', label: 'Generated', description: '32 random bytes' },
          { value: 'person', label: 'My own', description: '16 to 128 characters' },
        ]}
      />
      {from === 'person' ? (
        <Field
          label="Secret"
          mono
          autoComplete="off"
          value={secret}
          error={errors.secret}
          onChange={(value) => {
            setSecret(value);
            setErrors({});
          }}
          hint="Printable ASCII without spaces. After whsec_ it must be Base64."
        />
      ) : null}
      <Select
        label="Overlap"
        value={overlap}
        onChange={(value: Overlap) => setOverlap(value)}
        options={[...overlaps]}
        hint={overlap === '0' ? 'A receiver that has the previous secret refuses everything from now on.' : undefined}
      />
      <Field label="Reason" isOptional value={reason} onChange={setReason} maxLength={500} error={errors.reason} />
      {errors.form ? (
        <p className="ui-error" role="alert">
          {errors.form}
        </p>
      ) : null}
    </Dialog>
  );
}

function Rotated({
  rotated,
  onClose,
}: {
  rotated: { secret: string; previousSecretExpiresAt: string | null };
  onClose(): void;
}) {
  return (
    <Dialog
      title="The new secret"
      isOpen
      isSticky
      onClose={onClose}
      foot={
        <Button look="primary" onPress={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="webhook-secret">
        <code>{rotated.secret}</code>
        <CopyButton text={rotated.secret} label="Copy the secret" />
      </div>
      <p className="muted">
        Put it into your receiver.{' '}
        {rotated.previousSecretExpiresAt
          ? `The previous one also signs until ${formatTime(rotated.previousSecretExpiresAt)}.`
          : 'The previous one does not sign any more.'}
      </p>
    </Dialog>
  );
}
