import type { InputOf, registryOperations } from '@arkan/contracts';
import { requireLive, requireRevision } from '@arkan/registry-domain';
import { tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { requireKey, streamOf } from './change-webhook';
import { newSecret, refuseFields, sealingWith } from './create-webhook';
import { metaOf } from './meta';

type Rotation = InputOf<typeof registryOperations.rotateSecret>['body'];

/** Throws Refusal `not_found`, `revision_mismatch`, `invalid`, `unavailable`. */
export async function rotateSecret(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  body: Rotation,
): Promise<{ secret: string; previousSecretExpiresAt: string | null; revision: number }> {
  const tenantId = tenantOf(call);
  const secret = body.secret ?? newSecret(context);
  const { state, position } = await context.webhooks.execute(streamOf(webhookId), async (current) => {
    const live = requireLive(current, tenantId);
    requireRevision(live, call.ifMatch);
    const place = { tenantId, webhookId, revision: live.revision + 1 };
    const sealing = sealingWith(context, await requireKey(context, webhookId), place);
    if (sealing.open(live.secret) === secret)
      refuseFields([{ pointer: '/secret', code: 'unchanged', message: 'is the present secret', limit: null }]);
    return {
      type: 'RotateSecret',
      meta: metaOf(call, context.deps.clock, tenantId, body.reason ?? null),
      ifMatch: call.ifMatch,
      secret: sealing.seal(secret),
      overlapSeconds: body.overlapSeconds,
    };
  });
  await context.spread(position);
  const live = requireLive(state, tenantId);
  return { secret, previousSecretExpiresAt: live.previousSecret?.expiresAt ?? null, revision: live.revision };
}

/** The read is in the event store before the secret is given away. Throws Refusal `not_found`. */
export async function readSecret(context: RegistryContext, call: Call, webhookId: string): Promise<{ secret: string }> {
  const tenantId = tenantOf(call);
  const { state, position } = await context.webhooks.execute(streamOf(webhookId), () => ({
    type: 'ReadSecret',
    meta: metaOf(call, context.deps.clock, tenantId),
  }));
  const key = await requireKey(context, webhookId);
  const secret = context.deps.sealer.open(key, requireLive(state, tenantId).secret);
  await context.settle(position);
  return { secret };
}
