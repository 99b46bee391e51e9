import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTarget, webhookOf, type Target } from '../target';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target?.stop());

test('the read models are compared with the events beside the running platform', async () => {
  const tenant = await target.tenant();
  await tenant.admin.must('POST', '/v1/webhooks', webhookOf(await target.receiver()));
  const { code, output } = await target.run('registry', ['--verify-read-models']);
  expect(output).toMatch(/registry: the read models are what the events say, \d+ events folded/);
  expect(output).toMatch(/catalog: the read models are what the events say, 2\d events folded/);
  expect(code).toBe(0);
});
