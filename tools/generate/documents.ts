/**
 * `npm run generate` writes the API documents that are kept in the repository; `npm run generate:check` fails where one differs from
 * what the code gives.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { catalogAsyncApi, shippedEventTypes } from '@arkan/catalog-domain';
import { kafkaBinding, moduleTopicContract } from '@arkan/contracts';
import { openApiOf } from '@arkan/infrastructure';
import { version } from '@arkan/runtime';
import { allServices } from '../../apps/standalone/src/services';
import { accessTable, clientTypes } from './console';
import { internalAsyncApi } from './internal-async-api';

const openApi = openApiOf(allServices);
const asJson = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
const documents: Record<string, string> = {
  'openapi/openapi.json': asJson(openApi),
  'asyncapi/events.json': asJson(
    catalogAsyncApi(shippedEventTypes, version, (module) => kafkaBinding(moduleTopicContract(module))),
  ),
  'asyncapi/internal.json': asJson(internalAsyncApi(version)),
  'apps/console/src/api/schema.gen.ts': await clientTypes(openApi),
  'apps/console/src/api/access.gen.ts': accessTable(),
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [name, text] of Object.entries(documents)) {
  const path = resolve(process.cwd(), name);
  if (check) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    process.stderr.write(`${name} is not what the code gives; run "npm run generate" and commit it\n`);
    stale++;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`${name} written\n`);
  }
}
process.exit(stale === 0 ? 0 : 1);
