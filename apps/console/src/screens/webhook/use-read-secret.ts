import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer } from '../../api/client';
import { useTenant } from '../../api/tenant';

/** Each reading is kept in the history; a mutation, so that no cache holds the secret and none reads it by itself. */
export function useReadSecret(webhookId: string) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      (await answer(api.GET('/v1/webhooks/{id}/secret', { params: { path: { id: webhookId } } }))).secret,
    onSuccess: () => client.invalidateQueries({ queryKey: [tenantId, 'webhooks', webhookId, 'history'] }),
    gcTime: 0,
  });
}
