import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useWhyNot } from '../../api/access';
import { answer } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import { updateRows, type Delivery } from '../deliveries/queries';

/** Sends a delivery again now. The list and the open detail show its new attempt as it comes. */
export function useResend() {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const denied = useWhyNot('retryDelivery');
  const [asked, setAsked] = useState<Delivery | null>(null);
  const mutation = useMutation({
    mutationFn: (id: string) => answer(api.POST('/v1/deliveries/{id}/retry', { params: { path: { id } }, body: {} })),
    onSuccess(row) {
      updateRows(client, tenantId, [row]);
      void client.invalidateQueries({ queryKey: [tenantId, 'delivery', row.id] });
    },
  });
  const run = (id: string) => mutation.mutate(id);
  const dialog: ReactNode = asked ? (
    <Confirm
      title="Resend this delivery?"
      isOpen
      action="Resend"
      onClose={() => setAsked(null)}
      onConfirm={() => {
        run(asked.id);
        setAsked(null);
      }}
    >
      <p>
        {asked.eventType} goes to {asked.webhookName || asked.webhookId} again, with the present configuration.
        {asked.status === 'success' ? ' It was a success before: the receiver knows it by the same webhook-id.' : ''}
      </p>
    </Confirm>
  ) : null;
  return {
    denied,
    isPending: mutation.isPending,
    run,
    dialog,
    /** From a key on a row: asked first, since a key is pressed by mistake more easily than a button. */
    ask(row: Delivery) {
      if (denied) toast({ tone: 'info', title: denied });
      else setAsked(row);
    },
  };
}
