import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { settingsSchema } from '@arkan/contracts';
import type { TestInfrastructure } from '@arkan/testing';
import {
  clientOf,
  createRegistryInfrastructure,
  newTenant,
  operatorKey,
  startRegistry,
  type RegistryProcess,
} from './testing/harness';

const mailPassword = 'a-password-of-the-tests';
let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  const env = {
    ARKAN_RETRY_BASE_MS: '700',
    ARKAN_RETRY_JITTER: '0.1',
    ARKAN_NOTICE_WINDOW_MS: '60000',
    ARKAN_SMTP_URL: `smtp://user:${mailPassword}@mail.example`,
    ARKAN_MAIL_FROM: 'webhooks@arkanpm.example',
  };
  registry = await startRegistry(infrastructure, { env });
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});

test('the settings are read by every role, as they are set, without a secret', async () => {
  const { admin, developer, auditor } = await newTenant(registry.url, 'acme');
  for (const client of [admin, developer, auditor, clientOf(registry.url, operatorKey)]) {
    const { status, body, text } = await client.get('/v1/settings');
    expect(status).toBe(200);
    expect(settingsSchema.strict().parse(body)).toEqual(body);
    expect(body).toMatchObject({
      retry: { baseMs: 700, maxMs: 21_600_000, jitter: 0.1 },
      webhook: { perTenantMax: 1_000, retryCountMax: 15, timeoutMaxMs: 30_000 },
      noticeWindowMs: 60_000,
      mail: { isConfigured: true },
    });
    expect(text).not.toContain(mailPassword);
    expect(text).not.toContain('mail.example');
  }
  expect((await clientOf(registry.url, 'nonsense').get('/v1/settings')).status).toBe(401);
});
