import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { answer } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import type { Webhook } from './queries';

export function DeleteDialog({ webhook, onClose }: { webhook: Webhook; onClose(): void }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const navigate = useNavigate();
  const to = usePaths();
  const remove = useMutation({
    // Of what is shown: who changed it meanwhile should be heard first.
    mutationFn: () =>
      answer(
        api.DELETE('/v1/webhooks/{id}', {
          params: { path: { id: webhook.id }, header: { 'If-Match': `"${webhook.revision}"` } },
        }),
      ),
    onSuccess: async () => {
      await navigate(to.webhooks);
      client.removeQueries({ queryKey: [tenantId, 'webhooks', webhook.id] });
      await client.invalidateQueries({ queryKey: [tenantId, 'webhooks'] });
      toast({ tone: 'good', title: `${webhook.name} is deleted` });
    },
    onError: onClose,
  });
  return (
    <Confirm
      title={`Delete ${webhook.name}?`}
      action="Delete"
      danger
      isOpen
      name={webhook.name}
      isPending={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      Nothing is sent to it any more, and what is still to be sent is cancelled. Its log and its history stay. This can
      not be undone; a pause can.
    </Confirm>
  );
}
