import { limits, type InputOf, type registryOperations } from '@arkan/contracts';
import { Refusal, type FieldError } from '@arkan/kernel';
import { EventStoreUnavailableError } from '@arkan/ports';
import {
  checkEventTypes,
  requireLive,
  storeHeaders,
  webhookStream,
  type HeaderSealing,
  type WebhookConfig,
} from '@arkan/registry-domain';
import {
  releaseKey,
  reservedKey,
  reserveKey,
  webhookView,
  type WebhookView,
  type WrappedDataKey,
} from '@arkan/registry-persistence';
import { idFor, tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { metaOf } from './meta';

type Body = InputOf<typeof registryOperations.createWebhook>['body'];

/** `aad` binds what is sealed to the tenant, the webhook and the revision that it came with. */
export function sealingWith(
  { deps }: RegistryContext,
  key: WrappedDataKey,
  place: { tenantId: string; webhookId: string; revision: number },
): HeaderSealing {
  const aad = `${place.tenantId}|${place.webhookId}|${place.revision}`;
  return { seal: (value) => deps.sealer.seal(key, value, aad), open: (sealed) => deps.sealer.open(key, sealed) };
}

export const newSecret = ({ deps }: RegistryContext): string => `whsec_${deps.random.bytes(32).toString('base64')}`;

export function invalidFields(errors: readonly FieldError[]): Refusal {
  const words = errors.map((error) => `${error.pointer} ${error.message}`);
  return new Refusal('invalid', words.slice(0, 5).join('; '), [...errors]);
}

export function refuseFields(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidFields(errors);
}

/**
 * Answers the webhook and, this once, its secret; a repetition under the same Idempotency-Key answers what the first one made, once
 * it is known everywhere. Throws Refusal `not_found`, `invalid`, `webhook_limit`, `idempotency_conflict`,
 * `unavailable`.
 */
export async function createWebhook(
  context: RegistryContext,
  call: Call,
  body: Body,
): Promise<WebhookView & { secret: string }> {
  const { deps } = context;
  const tenantId = tenantOf(call);
  await context.requireTenant(tenantId);
  const webhookId = idFor(call, 'wh');
  const reserved = call.onceId === undefined ? null : await reservedKey(deps.database.pool, webhookId);
  const dataKey = reserved ?? deps.sealer.newDataKey();
  const sealing = sealingWith(context, dataKey, { tenantId, webhookId, revision: 1 });
  const config = await configOf(context, body, sealing);
  if (!reserved && !(await reserveKey(deps.database, tenantId, webhookId, dataKey, limits.webhooksPerTenant))) {
    throw new Refusal(
      'webhook_limit',
      `the tenant has ${limits.webhooksPerTenant} webhooks, which is the most; delete one first`,
    );
  }
  const meta = metaOf(call, deps.clock, tenantId, body.reason ?? null);
  const command = {
    type: 'CreateWebhook' as const,
    meta,
    webhookId,
    config,
    secret: sealing.seal(body.secret ?? newSecret(context)),
  };
  const { state, position } = await context.webhooks
    .execute(webhookStream(webhookId), () => command)
    .catch(async (error: unknown) => {
      // Whether it was stored is not known, by this or by another try: the key is kept, and the sweeper finds out.
      const isKnown = call.onceId === undefined && !(error instanceof EventStoreUnavailableError);
      if (isKnown) await releaseKey(deps.database.pool, webhookId);
      throw error;
    });
  await context.spread(position);
  const live = requireLive(state, tenantId);
  // Of a repetition it is the one that the first try made.
  return { ...webhookView(live, deps.clock.now(), null), secret: sealing.open(live.secret) };
}

/** Throws Refusal `invalid` for what the contract can't see: the catalog, the networks that the operator allows, masked values. */
async function configOf(context: RegistryContext, body: Body, sealing: HeaderSealing): Promise<WebhookConfig> {
  const { name, description, url, eventTypes, retryCount, timeoutMs, ownerEmail } = body;
  const { headers, errors } = storeHeaders(body.customHeaders, [], sealing);
  refuseFields([
    ...checkEventTypes(eventTypes, [], context.eventTypes),
    ...(await context.checkTarget(url)),
    ...errors,
  ]);
  return { name, description, url, eventTypes, customHeaders: headers, retryCount, timeoutMs, ownerEmail };
}
