/** A real Chromium on the real platform: what every test of the console begins with. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startTarget, type Target, type Tenant } from '../target';

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Declares the tests of a spec that needs a browser; without one they are reported as not run, in CI as a failure. */
export function whereChromiumRuns(name: string, declare: () => void): void {
  if (executable !== undefined) return declare();
  const reason = 'no Chromium in /usr/bin (Debian: chromium)';
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    test.skip(`${name}, not run: ${reason}`, () => undefined);
  }
}

export type Role = 'tenant_admin' | 'developer' | 'auditor' | 'producer';
export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export interface Visit {
  page: Page;
  /** What the browser complained of: errors of scripts, refusals of the Content-Security-Policy, requests to elsewhere. */
  complaints: string[];
  /** Opens an address below `/console`. */
  open(path: string): Promise<void>;
  signIn(key: string): Promise<void>;
  /** Fails with what axe finds, in the theme that is shown. */
  expectAccessible(): Promise<void>;
}

export interface VisitOptions {
  width?: number;
  theme?: Theme;
}

export interface ConsoleUnderTest {
  target: Target;
  /** A browser window of its own: no cookie, no storage. */
  visit(options?: VisitOptions): Promise<Visit>;
  /** A window that is signed in for a tenant. */
  visitAs(tenant: Tenant, role: Role, options?: VisitOptions): Promise<Visit>;
  stop(): Promise<void>;
}

export async function startConsole(settings: Record<string, string> = {}): Promise<ConsoleUnderTest> {
  const target = await startTarget(settings);
  const browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  const visit = (options: VisitOptions = {}) => newVisit(browser, target.addresses.registry, options);
  return {
    target,
    visit,
    async visitAs(tenant, role, options) {
      const window = await visit(options);
      await window.open('/');
      await window.signIn(await keyFor(tenant, role));
      return window;
    },
    async stop() {
      await browser.close();
      await target.stop();
    },
  };
}

export async function keyFor(tenant: Tenant, role: Role): Promise<string> {
  const made = await tenant.admin.must('POST', '/v1/api-keys', { name: `console ${role}`, role });
  return made.key as string;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function newVisit(
  browser: Browser,
  url: string,
  { width = 1440, theme = 'light' }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // An answer of 4xx is logged by the browser as an error; those that matter are looked at by the tests.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`request to ${request.url()}`);
  });
  return {
    page,
    complaints,
    async open(path) {
      await page.goto(`/console${path}`);
    },
    async signIn(key) {
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      // The navigation is out of sight on a phone.
      await page.getByRole('button', { name: 'Account' }).waitFor();
    },
    async expectAccessible() {
      // Evaluated by the debugger, which the page's policy does not hold for.
      await page.evaluate(axeSource);
      const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
        violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
      };
      const violations = found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 300)} ${failureSummary ?? ''}`),
      }));
      expect(violations).toEqual([]);
    },
  };
}
