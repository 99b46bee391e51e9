/**
 * How the console holds up under a list of 10,000 deliveries: `node tools/jest/run-ts.mjs tools/bench/console.ts [--out file]`. The
 * built platform on an embedded Postgres, a receiver in another process, Debian's Chromium. Prints, as JSON: largest contentful
 * paint, and for each way through the list its long tasks (over 50 ms of the page's main thread, as PerformanceObserver has them).
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startBenchApp, startBenchReceiver } from './platform/processes';

/** More than the list takes in, so that its end is met. */
const deliveries = 10_200;
const batch = 1_000;
const type = 'maintenance.work_order.created';
const arriveMaxMs = 300_000;

interface LongTasks {
  count: number;
  longestMs: number;
  frames: number;
}

const receiver = await startBenchReceiver();
const directory = await mkdtemp(join(tmpdir(), 'arkan-console-bench-'));
// The embedded Postgres runs as a user of its own.
await chmod(directory, 0o755);
await writeFile(join(directory, 'ca.pem'), receiver.caPem);
const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
const platform = await startBenchApp('standalone', {
  ARKAN_PORT: '0',
  ARKAN_DATA_DIR: join(directory, 'data'),
  ARKAN_OPERATOR_KEY: operatorKey,
  ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
  ARKAN_TARGET_CA_FILE: join(directory, 'ca.pem'),
  LOG_LEVEL: 'error',
});

async function call(method: string, path: string, key: string, body?: unknown, contentType = 'application/json') {
  const response = await fetch(platform.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': contentType }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** A tenant with so many deliveries; the key of its admin. */
async function seed(): Promise<string> {
  await call('POST', '/v1/tenants', operatorKey, { id: 'bench', name: 'Bench' });
  const made = await call('POST', '/v1/api-keys', operatorKey, { name: 'a', role: 'tenant_admin', tenantId: 'bench' });
  const key = made.key as string;
  const webhook = { name: 'Bench', url: `${receiver.url}/hook`, eventTypes: [type], ownerEmail: 'o@acme.example' };
  await call('POST', '/v1/webhooks', key, webhook);
  const { example: data } = await call('GET', `/v1/event-types/${type}`, key);
  for (let sent = 0; sent < deliveries; sent += batch) {
    const events = Array.from({ length: Math.min(batch, deliveries - sent) }, (_, index) => ({
      ...{ specversion: '1.0', id: `evt_${sent + index}`, source: '/bench', type, data },
    }));
    await call('POST', '/v1/events', key, events, 'application/cloudevents-batch+json');
  }
  await receiver.reached(deliveries, arriveMaxMs);
  return key;
}

/** Evaluated by the debugger as text: the page's policy allows no script of ours. */
const watch = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: 'longtask', buffered: true });
  window.paintMs = 0;
  new PerformanceObserver((list) => { window.paintMs = list.getEntries().at(-1).startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });`;

/** Scrolls by 600 px a frame until \`done\` holds. */
const scroll = (by: number, done: string) => `new Promise((resolve, reject) => {
  window.longTasks.length = 0;
  const endsAt = performance.now() + 120000;
  let frames = 0;
  const step = () => {
    frames++;
    if (${done}) return setTimeout(() => resolve({
      count: window.longTasks.length, longestMs: Math.round(Math.max(0, ...window.longTasks)), frames,
    }), 200);
    if (performance.now() > endsAt) return reject(new Error('the end of the list was not met within 120 s'));
    window.scrollBy(0, ${by});
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

async function measure(page: Page, key: string) {
  await page.goto('/console/t/bench/deliveries?live=false');
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('row', { name: /evt_/ }).first().waitFor();
  await page.reload();
  await page.getByRole('row', { name: /evt_/ }).first().waitFor();
  await page.evaluate(watch);
  const paintMs = await page.evaluate('window.paintMs');
  const atBottom = `document.querySelector('.deliveries-end') && innerHeight + scrollY >= document.documentElement.scrollHeight - 2`;
  const down = (await page.evaluate(scroll(600, atBottom))) as LongTasks;
  const up = (await page.evaluate(scroll(-600, 'scrollY <= 0'))) as LongTasks;
  const again = (await page.evaluate(scroll(1_500, atBottom))) as LongTasks;
  return { largestContentfulPaintMs: Math.round(paintMs as number), loadingDown: down, up, downAgain: again };
}

try {
  const key = await seed();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ baseURL: platform.url, viewport: { width: 1440, height: 900 } });
  const result = { rows: 10_000, ...(await measure(page, key)) };
  await browser.close();
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  const out = process.argv[process.argv.indexOf('--out') + 1];
  if (process.argv.includes('--out') && out) await writeFile(out, text);
} finally {
  await platform.stop();
  receiver.close();
  await rm(directory, { recursive: true, force: true });
}
