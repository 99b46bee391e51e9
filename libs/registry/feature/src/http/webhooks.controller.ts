import { Controller, UseInterceptors } from '@nestjs/common';
import { registryOperations as operations, type InputOf } from '@arkan/contracts';
import type { WebhookView } from '@arkan/registry-persistence';
import { answer, Caller, etag, Input, Operation, type Call } from '@arkan/runtime';
import { deleteWebhook, patchWebhook, setPaused } from '../commands/change-webhook';
import { createWebhook } from '../commands/create-webhook';
import { readSecret, rotateSecret } from '../commands/secrets';
import { sendTestEvent } from '../commands/test-event';
import { readWebhook, readWebhooks } from '../reads';
import { RefusalInterceptor } from './refusal-interceptor';
import { InjectRegistry, type RegistryHttp } from './tokens';

type In<Name extends keyof typeof operations> = InputOf<(typeof operations)[Name]>;

const tagged = <T extends Pick<WebhookView, 'revision'>>(webhook: T) =>
  answer(webhook, { etag: etag(webhook.revision) });

@Controller()
@UseInterceptors(RefusalInterceptor)
export class WebhooksController {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  @Operation(operations.createWebhook)
  create(@Caller() call: Call, @Input() { body }: In<'createWebhook'>) {
    const { context } = this.registry;
    return context.counted('create', async () => {
      const webhook = await createWebhook(context, call, body);
      return answer(webhook, { etag: etag(webhook.revision), location: `/v1/webhooks/${webhook.id}` });
    });
  }

  @Operation(operations.listWebhooks)
  list(@Caller() call: Call, @Input() { query }: In<'listWebhooks'>) {
    return readWebhooks(this.registry.context, call, query);
  }

  @Operation(operations.getWebhook)
  async get(@Caller() call: Call, @Input() { params, query }: In<'getWebhook'>) {
    return tagged(await readWebhook(this.registry.context, call, params.id, query.asOf));
  }

  @Operation(operations.patchWebhook)
  patch(@Caller() call: Call, @Input() { params, body }: In<'patchWebhook'>) {
    const { context } = this.registry;
    return context.counted('change', async () => tagged(await patchWebhook(context, call, params.id, body)));
  }

  @Operation(operations.deleteWebhook)
  delete(@Caller() call: Call, @Input() { params, query }: In<'deleteWebhook'>) {
    const { context } = this.registry;
    return context.counted('delete', () => deleteWebhook(context, call, params.id, query.reason));
  }

  @Operation(operations.pauseWebhook)
  pause(@Caller() call: Call, @Input() { params, body }: In<'pauseWebhook'>) {
    const { context } = this.registry;
    return context.counted('pause', async () => tagged(await setPaused(context, call, params.id, true, body.reason)));
  }

  @Operation(operations.resumeWebhook)
  resume(@Caller() call: Call, @Input() { params, body }: In<'resumeWebhook'>) {
    const { context } = this.registry;
    return context.counted('resume', async () => tagged(await setPaused(context, call, params.id, false, body.reason)));
  }

  @Operation(operations.testWebhook)
  test(@Caller() call: Call, @Input() { params, body }: In<'testWebhook'>) {
    const { context } = this.registry;
    return context.counted('test', () => sendTestEvent(context, call, params.id, body));
  }

  @Operation(operations.rotateSecret)
  rotate(@Caller() call: Call, @Input() { params, body }: In<'rotateSecret'>) {
    const { context } = this.registry;
    return context.counted('rotate_secret', async () => {
      const { revision, ...rotated } = await rotateSecret(context, call, params.id, body);
      return answer(rotated, { etag: etag(revision) });
    });
  }

  @Operation(operations.readSecret)
  secret(@Caller() call: Call, @Input() { params }: In<'readSecret'>) {
    const { context } = this.registry;
    return context.counted('read_secret', () => readSecret(context, call, params.id));
  }
}
