import type { Operation } from '@arkan/contracts';
import { Refusal, type FieldError } from '@arkan/kernel';
import { checkEventTypes } from '@arkan/registry-domain';
import { findWebhook } from '@arkan/registry-persistence';
import type { Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { invalidFields } from './create-webhook';

/**
 * A body that the contract refuses never comes to a command, which alone knows the catalog and the networks. So that all faults
 * are told in one answer, the fields that the contract has nothing against are looked at here. Gives the refusal to answer with.
 */
export async function withFurtherErrors(
  context: RegistryContext,
  operation: Operation,
  call: Call,
  request: { body?: unknown; params: Record<string, string> },
  refusal: Refusal,
): Promise<Refusal> {
  const isOfBody = ['createWebhook', 'patchWebhook'].includes(operation.id) && refusal.code === 'invalid';
  // Without a pointer it is the body as a whole, e.g. nested too deep to be looked into.
  if (!isOfBody || call.tenantId === null || refusal.errors.some(({ pointer }) => !pointer.startsWith('/')))
    return refusal;
  const isSound = (field: string) =>
    !refusal.errors.some(({ pointer }) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));
  const body = request.body as { url?: unknown; eventTypes?: unknown };
  const further: FieldError[] = [];
  if (Array.isArray(body.eventTypes) && isSound('eventTypes')) {
    const subscribed = await subscribedBy(context, call.tenantId, request.params.id);
    further.push(...checkEventTypes(body.eventTypes as string[], subscribed, context.eventTypes));
  }
  if (typeof body.url === 'string' && isSound('url')) further.push(...(await context.checkTarget(body.url)));
  return further.length === 0 ? refusal : invalidFields([...refusal.errors, ...further]);
}

async function subscribedBy({ deps }: RegistryContext, tenantId: string, webhookId?: string): Promise<string[]> {
  if (webhookId === undefined) return [];
  const webhook = await findWebhook(deps.database.pool, tenantId, webhookId, deps.clock.now());
  return webhook?.eventTypes ?? [];
}
