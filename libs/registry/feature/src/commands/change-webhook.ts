import type { InputOf, registryOperations } from '@arkan/contracts';
import { Refusal, toUuid, type FieldError } from '@arkan/kernel';
import {
  checkEventTypes,
  requireLive,
  requireRevision,
  storeHeaders,
  webhookStream,
  type LiveWebhook,
  type WebhookCommand,
  type WebhookConfig,
  type WebhookState,
} from '@arkan/registry-domain';
import {
  findLastDelivery,
  loadKeys,
  webhookView,
  type WebhookView,
  type WrappedDataKey,
} from '@arkan/registry-persistence';
import { tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { refuseFields, sealingWith } from './create-webhook';
import { metaOf } from './meta';

type Patch = InputOf<typeof registryOperations.patchWebhook>['body'];

/** What is not an id of a webhook can't be one's stream either. Throws Refusal `not_found`. */
export function streamOf(webhookId: string): string {
  if (toUuid('wh', webhookId) === null) throw new Refusal('not_found', 'there is no webhook with this id');
  return webhookStream(webhookId);
}

/** The webhook's data key. Throws Refusal `not_found` where it was erased with the webhook. */
export async function requireKey({ deps }: RegistryContext, webhookId: string): Promise<WrappedDataKey> {
  const key = (await loadKeys(deps.database.pool, [webhookId])).get(webhookId);
  if (!key) throw new Refusal('not_found', 'there is no webhook with this id');
  return key;
}

/** Throws Refusal `not_found`, `revision_mismatch`, `invalid`, `unavailable`. */
export async function patchWebhook(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  body: Patch,
): Promise<WebhookView> {
  const tenantId = tenantOf(call);
  // Asked once, however often the stream is read again.
  let target: Promise<FieldError[]> | null = null;
  const checkTarget = (url: string) => (target ??= context.checkTarget(url));
  return change(context, call, webhookId, async (state) => {
    const live = requireLive(state, tenantId);
    requireRevision(live, call.ifMatch);
    const patch = await patchOf(context, live, body, checkTarget);
    const meta = metaOf(call, context.deps.clock, tenantId, body.reason ?? null);
    return { type: 'ChangeWebhook', meta, ifMatch: call.ifMatch, patch };
  });
}

async function patchOf(
  context: RegistryContext,
  live: LiveWebhook,
  body: Patch,
  checkTarget: (url: string) => Promise<FieldError[]>,
): Promise<Partial<WebhookConfig>> {
  const { customHeaders: given, reason: _, ...plain } = body;
  const stored = given ? await storedHeaders(context, live, given) : null;
  refuseFields([
    ...(body.eventTypes ? checkEventTypes(body.eventTypes, live.config.eventTypes, context.eventTypes) : []),
    ...(body.url !== undefined && body.url !== live.config.url ? await checkTarget(body.url) : []),
    ...(stored?.errors ?? []),
  ]);
  return stored ? { ...plain, customHeaders: stored.headers } : plain;
}

async function storedHeaders(context: RegistryContext, live: LiveWebhook, given: Record<string, string>) {
  const place = { tenantId: live.tenantId, webhookId: live.id, revision: live.revision + 1 };
  const sealing = sealingWith(context, await requireKey(context, live.id), place);
  return storeHeaders(given, live.config.customHeaders, sealing);
}

/** Throws Refusal `not_found`, `wrong_state`, `revision_mismatch`, `unavailable`. */
export async function setPaused(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  paused: boolean,
  reason: string | undefined,
): Promise<WebhookView> {
  return change(context, call, webhookId, () => ({
    type: paused ? 'PauseWebhook' : 'ResumeWebhook',
    meta: metaOf(call, context.deps.clock, tenantOf(call), reason ?? null),
    ifMatch: call.ifMatch,
  }));
}

/** Throws Refusal `not_found`, `revision_mismatch`, `unavailable`. */
export async function deleteWebhook(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  reason: string | undefined,
): Promise<void> {
  const { position } = await context.webhooks.execute(streamOf(webhookId), () => ({
    type: 'DeleteWebhook',
    meta: metaOf(call, context.deps.clock, tenantOf(call), reason ?? null),
    ifMatch: call.ifMatch,
  }));
  await context.spread(position);
}

async function change(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  build: (state: WebhookState) => WebhookCommand | Promise<WebhookCommand>,
): Promise<WebhookView> {
  const { deps } = context;
  const { state, position } = await context.webhooks.execute(streamOf(webhookId), build);
  await context.spread(position);
  const lastDelivery = await findLastDelivery(deps.database.pool, webhookId);
  return webhookView(requireLive(state, tenantOf(call)), deps.clock.now(), lastDelivery);
}
