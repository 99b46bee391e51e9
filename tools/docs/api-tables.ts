/**
 * The tables of docs/api.md that follow from the code: `node tools/jest/run-ts.mjs tools/docs/api-tables.ts` writes them;
 * docs/api.spec.ts fails where they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  catalogOperations,
  dispatcherOperations,
  notifierOperations,
  problems,
  registryOperations,
  roles,
  sessionOperations,
  type Operation,
} from '@arkan/contracts';

/** In the page, a table stands between `<!-- name -->` and `<!-- end -->`. Rows without the heading. */
export interface ApiTable {
  heading: string[];
  rows: string[][];
}

const operations: readonly Operation[] = [
  sessionOperations,
  registryOperations,
  catalogOperations,
  dispatcherOperations,
  notifierOperations,
].flatMap((group) => Object.values<Operation>(group));

const callRow = ({ method, path, summary, roles: allowed, tenant }: Operation): string[] => [
  `\`${method} ${path}\``,
  summary,
  ...roles.map((role) => (role === 'operator' || allowed.includes(role) ? 'x' : '')),
  { required: 'yes', optional: 'may', none: '' }[tenant],
];

const problemNotes: Partial<Record<string, string>> = {
  malformed_json: 'Check the body with a JSON parser.',
  malformed_request: 'The request line, a header or the body can not be read.',
  unauthenticated: 'The key is missing, unknown, expired or revoked, or the session has ended.',
  forbidden: 'The detail names the roles that may.',
  csrf_token_invalid: 'Only with a session cookie: send the `csrfToken` of the session as `X-CSRF-Token`.',
  cross_site_request: 'Only with a session cookie: programs use an API key.',
  not_found: 'Also for what belongs to another tenant.',
  api_key_limit: 'Revoke one that is not used; one that expired counts until it is revoked.',
  wrong_state: 'E.g. resuming what is not paused; the detail says.',
  idempotency_conflict: 'Take a new key for a new request.',
  idempotency_in_progress: 'Try again after `Retry-After`.',
  revision_mismatch: 'Read it again, and change that.',
  invalid: '`errors` names each field.',
  too_many_requests: '20 failed sign-ins from one address within a minute. Try again after `Retry-After`.',
  request_timeout: 'The whole request must arrive within 30 s.',
  internal: 'The log has the cause, under the request id.',
  unavailable: 'Try again after `Retry-After`. Nothing was accepted, unless the detail says that it was saved.',
};

export const apiTables: Record<string, ApiTable> = {
  calls: {
    heading: ['call', 'does', ...roles.map((role) => role.replace('_', ' ')), '`X-Tenant-Id`'],
    rows: operations.map(callRow),
  },
  problems: {
    heading: ['status', '`code`', 'title', 'note'],
    rows: Object.entries(problems)
      .sort(([, a], [, b]) => a.status - b.status)
      .map(([code, { status, title }]) => [String(status), `\`${code}\``, title, problemNotes[code] ?? '']),
  },
};

/** The part of the page that a table stands in. */
export function sectionOf(page: string, name: string): { before: string; inside: string; after: string } {
  const match = new RegExp(`^([\\s\\S]*<!-- ${name} -->)([\\s\\S]*?)(<!-- end -->[\\s\\S]*)$`).exec(page);
  if (!match) throw new Error(`docs/api.md has no place <!-- ${name} --> … <!-- end -->`);
  return { before: match[1]!, inside: match[2]!, after: match[3]! };
}

const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

async function write(path: string): Promise<void> {
  let page = readFileSync(path, 'utf8');
  for (const [name, { heading, rows }] of Object.entries(apiTables)) {
    const { before, after } = sectionOf(page, name);
    const table = [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
    page = `${before}\n\n${table}\n\n${after}`;
  }
  const prettier = await import('prettier');
  writeFileSync(path, await prettier.format(page, { ...(await prettier.resolveConfig(path)), parser: 'markdown' }));
}

if (process.argv[1]?.endsWith('api-tables.mjs')) await write(resolve(process.cwd(), 'docs/api.md'));
