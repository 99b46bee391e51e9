/** What the console knows of the API: types of each call, and who may make it. Small, so that it needs no zod before a form is opened. */
import * as contracts from '@arkan/contracts/http';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const heading = '// Written by "npm run generate". Change libs/contracts instead.\n';

export async function clientTypes(openApi: object): Promise<string> {
  // It reads from a copy, since it resolves references in place.
  return heading + astToString(await openapiTS(structuredClone(openApi) as OpenAPI3));
}

/** The roles of each operation, by its id. */
export function accessTable(): string {
  const operations = Object.entries(contracts)
    .filter(([name]) => name.endsWith('Operations'))
    .flatMap(([, group]) => Object.values(group as Record<string, contracts.Operation>))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const lines = operations.map(({ id, roles }) => `  ${id}: [${roles.map((role) => `'${role}'`).join(', ')}],`);
  return `${heading}export const access = {\n${lines.join('\n')}\n} as const;\n`;
}
