import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain, startPlatform } from '@arkan/infrastructure';
import { createLogger, loadConfig } from '@arkan/runtime';
import { startMailServer } from '@arkan/testing';
import { startSampleReceiver } from './demo/receiver';
import { playStory } from './demo/story';
import { allServices } from './services';

/** `npm run demo`: the platform, a receiver and a mail server in one process, in a directory of its own that goes with it. */
const once = process.argv.includes('--once');
const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});

const closers: (() => Promise<unknown>)[] = [];
let code = 1;
try {
  const startedAt = Date.now();
  const directory = await mkdtemp(join(tmpdir(), 'arkanpm-demo-'));
  await chmod(directory, 0o711);
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const receiver = await startSampleReceiver((path, attempt) =>
    path === '/facilities' && attempt <= 2 ? 503 : path === '/warranty' ? 500 : 200,
  );
  closers.push(() => receiver.close());
  const mailServer = await startMailServer();
  closers.push(() => mailServer.close());
  await writeFile(join(directory, 'receiver-ca.pem'), receiver.caPem);

  const config = loadConfig({
    ARKAN_PORT: process.env.ARKAN_PORT ?? '0',
    ARKAN_HOST: process.env.ARKAN_HOST,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    ARKAN_DATA_DIR: join(directory, 'data'),
    ARKAN_TARGET_CA_FILE: join(directory, 'receiver-ca.pem'),
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_RETRY_BASE_MS: '400',
    ARKAN_SMTP_URL: mailServer.url,
    ARKAN_MAIL_FROM: 'webhooks@arkanpm.example',
  });
  say('ArkanPM Webhooks, a demonstration. Retries start at 0.4 s here instead of 5 s, so that you need not wait.\n');
  const platform = await startPlatform('standalone', allServices, config, createLogger(config.LOG_LEVEL));
  closers.push(() => platform.stop());
  say(
    `The platform is up at ${platform.url} after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s, on a Postgres of its own.\n`,
  );
  const { failures, adminKey } = await playStory({
    url: platform.url,
    operatorKey: platform.keys.operatorKey,
    receiver,
    mails: mailServer.mails,
    say,
  });
  if (failures.length === 0) {
    code = 0;
    say(`\nAll of it came true, ${((Date.now() - startedAt) / 1_000).toFixed(1)} s after the start.`);
  } else {
    say(`\nNot all of it came true: ${failures.join('; ')}.`);
  }
  if (!once) {
    say(`\nConsole: ${platform.signInUrl(adminKey)}`);
    say('  This link signs in once, within 10 minutes, as an administrator of the tenant acme.');
    say(`\nThe API stays up at ${platform.url} (reference: ${platform.url}/openapi.json). Try:`);
    say(
      `  curl -H 'Authorization: Bearer ${platform.keys.operatorKey}' -H 'X-Tenant-Id: acme' '${platform.url}/v1/deliveries?status=failed'`,
    );
    say('Ctrl-C ends it, and removes what it made.');
    await stopped;
  }
} catch (error) {
  code = 1;
  process.stderr.write(`${explain('the demonstration', error)}\n`);
} finally {
  for (const closer of closers.reverse())
    await closer().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
process.exit(code);
