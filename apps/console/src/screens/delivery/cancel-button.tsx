import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useWhyNot } from '../../api/access';
import { answer } from '../../api/client';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { updateRows, type Delivery } from '../deliveries/queries';

/** For what is still to be sent. */
export function CancelButton({ delivery }: { delivery: Delivery }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const denied = useWhyNot('cancelDelivery');
  const [isAsking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () =>
      answer(api.POST('/v1/deliveries/{id}/cancel', { params: { path: { id: delivery.id } }, body: {} })),
    onSuccess: (row) => updateRows(client, tenantId, [row]),
    onSettled: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: [tenantId, 'delivery', delivery.id] });
    },
  });
  return (
    <>
      <Button size="s" icon={<Ban size={14} aria-hidden />} denied={denied} onPress={() => setAsking(true)}>
        Cancel it
      </Button>
      {isAsking ? (
        <Confirm
          title="Cancel this delivery?"
          action="Cancel the delivery"
          danger
          isOpen
          isPending={cancel.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => cancel.mutate()}
        >
          {delivery.eventType} with the event id {delivery.eventId} is not sent to{' '}
          {delivery.webhookName || delivery.webhookId} any more. It stays in the log, and can be resent.
        </Confirm>
      ) : null}
    </>
  );
}
