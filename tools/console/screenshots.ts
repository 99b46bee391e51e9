/**
 * `npm run screenshots`: the pictures of the README and of docs/console.md, taken in Chromium of what the demo has made. Wants the apps
 * to be built (`npm run build`) and a Chromium in /usr/bin.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const directory = join(process.cwd(), 'docs/console');
const startMaxMs = 120_000;

interface Picture {
  name: string;
  path: string;
  /** In the page once it is as it is to be shown. */
  landmark: string;
  theme: 'light' | 'dark';
  before?(page: Page): Promise<void>;
}

const openFirstRow = async (page: Page) => {
  await page.locator('[role=row][aria-expanded]').first().press('Enter');
  await page.locator('.ui-table-expanded').waitFor();
};

const pictures: Picture[] = [
  { name: 'webhooks', path: 'webhooks', landmark: 'Old warranty system', theme: 'light' },
  { name: 'deliveries', path: 'deliveries?status=failed', landmark: 'warranty', theme: 'light', before: openFirstRow },
  {
    name: 'integration-log',
    path: 'integration-log',
    landmark: 'The receiver answers 500',
    theme: 'dark',
    before: openFirstRow,
  },
];

const demo = spawn(process.execPath, ['dist/apps/demo/main.js'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const link = await signInLink();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, reducedMotion: 'reduce' });
  await page.goto(link);
  await page.getByRole('navigation', { name: 'Webhooks' }).waitFor();
  await mkdir(directory, { recursive: true });
  for (const { name, path, landmark, theme, before } of pictures) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(new URL(`/console/t/acme/${path}`, link).href);
    await page.getByText(landmark).filter({ visible: true }).first().waitFor();
    await before?.(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(directory, `${name}.png`) });
    process.stdout.write(`docs/console/${name}.png\n`);
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
}

function signInLink(): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no link within ${startMaxMs} ms:\n${output}`)), startMaxMs);
    let output = '';
    demo.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = /Console: (\S+)/.exec(output)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
    demo.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the demo ended with ${code}:\n${output}`));
    });
  });
}
