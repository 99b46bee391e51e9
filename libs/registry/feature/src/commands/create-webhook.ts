import { limits, type InputOf, type registryOperations } from '@arkan/contracts';
import { newId, Refusal, type FieldError } from '@arkan/kernel';
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
  reserveKey,
  webhookView,
  type WebhookView,
  type WrappedDataKey,
} from '@arkan/registry-persistence';
import { tenantOf, type Call } from '@arkan/runtime';
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

export function refuseFields(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw refusalOf(errors);
}

export function refusalOf(errors: readonly FieldError[]): Refusal {
  const words = errors.map((error) => `${error.pointer} ${error.message}`);
  return new Refusal('invalid', words.slice(0, 5).join('; '), [...errors]);
}

/** Answers the webhook and, this once, its secret. Throws Refusal `not_found`, `invalid`, `webhook_limit`, `unavailable`. */
export async function createWebhook(
  context: RegistryContext,
  call: Call,
  body: Body,
): Promise<WebhookView & { secret: string }> {
  const { deps } = context;
  const tenantId = tenantOf(call);
  await context.requireTenant(tenantId);
  await refuseInvalid(context, body);
  const webhookId = newId('wh');
  const dataKey = deps.sealer.newDataKey();
  const sealing = sealingWith(context, dataKey, { tenantId, webhookId, revision: 1 });
  const secret = body.secret ?? newSecret(context);
  const config = configOf(body, sealing);
  if (!(await reserveKey(deps.database, tenantId, webhookId, dataKey, limits.webhooksPerTenant))) {
    throw new Refusal(
      'webhook_limit',
      `the tenant has ${limits.webhooksPerTenant} webhooks, which is the most; delete one first`,
    );
  }
  const meta = metaOf(call, deps.clock, tenantId, body.reason ?? null);
  const command = { type: 'CreateWebhook' as const, meta, webhookId, config, secret: sealing.seal(secret) };
  const { state, position } = await context.webhooks
    .execute(webhookStream(webhookId), () => command)
    .catch(async (error: unknown) => {
      // Whether it was stored is not known: the key is kept, and the sweeper finds out.
      if (!(error instanceof EventStoreUnavailableError)) await releaseKey(deps.database.pool, webhookId);
      throw error;
    });
  await context.spread(position);
  return { ...webhookView(requireLive(state, tenantId), deps.clock.now(), null), secret };
}

/** What the contract can't see: the catalog, and the networks that the operator allows. */
async function refuseInvalid(context: RegistryContext, body: Body): Promise<void> {
  refuseFields([...checkEventTypes(body.eventTypes, [], context.eventTypes), ...(await context.checkTarget(body.url))]);
}

function configOf(body: Body, sealing: HeaderSealing): WebhookConfig {
  const { name, description, url, eventTypes, retryCount, timeoutMs, ownerEmail } = body;
  const { headers, errors } = storeHeaders(body.customHeaders, [], sealing);
  refuseFields(errors);
  return { name, description, url, eventTypes, customHeaders: headers, retryCount, timeoutMs, ownerEmail };
}
