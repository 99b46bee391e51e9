import { useMutation, useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useWhyNot } from '../../api/access';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { deliveryQuery } from '../delivery/queries';
import { Findings } from './findings';
import { useReadSecret } from './use-read-secret';
import { checkSignature } from './verify';

/** Does with the request that was sent what its receiver should do. */
export function SentSignature({ webhookId, deliveryId }: { webhookId: string; deliveryId: string }) {
  const { data: delivery } = useQuery(deliveryQuery(useTenant(), deliveryId));
  const denied = useWhyNot('readSecret');
  const read = useReadSecret(webhookId);
  const request = delivery?.attempts.at(-1)?.request;
  const check = useMutation({
    mutationFn: async () => {
      const secret = await read.mutateAsync();
      const headers = Object.fromEntries(
        Object.entries(request!.headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      return checkSignature({ body: request!.body, headers, secret, nowMs: Date.now() });
    },
    gcTime: 0,
    // That of the reading has told it.
    meta: { failed: null },
  });
  if (!request || Object.keys(request.headers).length === 0) return null;
  if (check.data) return <Findings result={check.data} />;
  return (
    <div className="row wrap">
      <Button
        icon={<ShieldCheck size={15} aria-hidden />}
        denied={denied ?? (globalThis.crypto.subtle === undefined ? 'Only over HTTPS or on localhost.' : null)}
        isPending={check.isPending}
        onPress={() => check.mutate()}
      >
        Verify its signature
      </Button>
      <span className="faint">Reads the secret, which is kept in the history, and computes in the browser.</span>
    </div>
  );
}
