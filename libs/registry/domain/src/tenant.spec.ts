import { describe, test } from '@jest/globals';
import { apiKeyDecider, type ApiKeyEvent } from './api-key';
import { metaAt, specificationOf } from './specification';
import { tenantDecider, type TenantEvent } from './tenant';

const meta = metaAt(100);
const refusal = { operation: 'createWebhook', code: 'forbidden', detail: 'no', count: 1 };

describe('a tenant', () => {
  const given = specificationOf(tenantDecider);
  const created: TenantEvent = { type: 'TenantCreated', data: { tenantId: 'acme', name: 'Acme' }, meta };

  test('is created once', () => {
    given([]).when({ type: 'CreateTenant', meta, tenantId: 'acme', name: 'Acme' }).then(created);
    given([created])
      .when({ type: 'CreateTenant', meta, tenantId: 'acme', name: 'Other' })
      .thenRefused('tenant_exists', /acme/);
  });

  test('has a history of refusals only where it is one', () => {
    given([created])
      .when({ type: 'RecordRefusal', meta, refusal })
      .then({ type: 'ChangeRefused', data: { ...refusal, revision: 1 }, meta });
    given([]).when({ type: 'RecordRefusal', meta, refusal }).thenNothing();
  });
});

describe('an API key', () => {
  const given = specificationOf(apiKeyDecider);
  const key = { keyId: 'key_1', name: 'ci', role: 'developer', tenantId: 'acme', keySha256: 'ab', expiresAt: null };
  const created: ApiKeyEvent = { type: 'ApiKeyCreated', data: key, meta };
  const revoked: ApiKeyEvent = { type: 'ApiKeyRevoked', data: { keyId: 'key_1' }, meta };

  test('is revoked once, by its tenant or by an operator, in the history of its tenant', () => {
    given([]).when({ type: 'CreateApiKey', meta, key }).then(created);
    given([created]).when({ type: 'RevokeApiKey', meta, scope: 'acme' }).then(revoked);
    given([created])
      .when({ type: 'RevokeApiKey', meta: metaAt(100, null), scope: null })
      .then(revoked);
    given([created, revoked]).when({ type: 'RevokeApiKey', meta, scope: 'acme' }).thenNothing();
  });

  test('is not there for another tenant', () => {
    given([created]).when({ type: 'RevokeApiKey', meta, scope: 'other' }).thenRefused('not_found');
    given([]).when({ type: 'RevokeApiKey', meta, scope: null }).thenRefused('not_found');
  });
});
