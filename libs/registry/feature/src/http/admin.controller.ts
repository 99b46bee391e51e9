import { Controller } from '@nestjs/common';
import { registryOperations as operations, type InputOf } from '@arkan/contracts';
import { answer, Caller, Input, Operation, type Call } from '@arkan/runtime';
import { createApiKey, revokeApiKey } from '../commands/api-keys';
import { createTenant } from '../commands/tenants';
import { readApiKeys, readAuditEvents, readHistory, readTenants } from '../reads';
import { shownSettings } from '../settings';
import { InjectRegistry, type RegistryHttp } from './tokens';

type In<Name extends keyof typeof operations> = InputOf<(typeof operations)[Name]>;

/** Tenants, API keys, and the history. */
@Controller()
export class AdminController {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  @Operation(operations.readSettings)
  settings() {
    return shownSettings(this.registry.context.deps.config);
  }

  @Operation(operations.createTenant)
  createTenant(@Caller() call: Call, @Input() { body }: In<'createTenant'>) {
    const { context } = this.registry;
    return context.counted('create_tenant', () => createTenant(context, call, body));
  }

  @Operation(operations.listTenants)
  listTenants(@Input() { query }: In<'listTenants'>) {
    return readTenants(this.registry.context, query);
  }

  @Operation(operations.createApiKey)
  createApiKey(@Caller() call: Call, @Input() { body }: In<'createApiKey'>) {
    const { context } = this.registry;
    return context.counted('create_api_key', async () => {
      const key = await createApiKey(context, call, body);
      return answer(key, { location: `/v1/api-keys/${key.id}` });
    });
  }

  @Operation(operations.listApiKeys)
  listApiKeys(@Caller() call: Call, @Input() { query }: In<'listApiKeys'>) {
    return readApiKeys(this.registry.context, call, query);
  }

  @Operation(operations.revokeApiKey)
  revokeApiKey(@Caller() call: Call, @Input() { params }: In<'revokeApiKey'>) {
    const { context } = this.registry;
    return context.counted('revoke_api_key', () => revokeApiKey(context, call, params.id));
  }

  @Operation(operations.webhookHistory)
  history(@Caller() call: Call, @Input() { params, query }: In<'webhookHistory'>) {
    return readHistory(this.registry.context, call, params.id, query);
  }

  @Operation(operations.auditEvents)
  auditEvents(@Caller() call: Call, @Input() { query }: In<'auditEvents'>) {
    return readAuditEvents(this.registry.context, call, query);
  }
}
