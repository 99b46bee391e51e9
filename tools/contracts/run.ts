/**
 * `npm run contracts:check` fails where the present code and what another release wrote, or reads, would not understand each other;
 * `npm run contracts:freeze` keeps the schemas of what is new. A frozen file is never changed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { brokenPromises, fileOf, releaseOf, unfrozen, unreadable, type Release } from './check';
import type { JsonSchema } from './compatibility';
import { presentContracts } from './released';

const pathOf = (name: string) => resolve(process.cwd(), name);

export function frozenReleases(): Release[] {
  const folders = [...new Set(presentContracts.map(({ folder }) => folder))];
  return folders
    .filter((folder) => existsSync(pathOf(folder)))
    .flatMap((folder) =>
      readdirSync(pathOf(folder)).flatMap((file) => {
        const schema = JSON.parse(readFileSync(pathOf(`${folder}/${file}`), 'utf8')) as JsonSchema;
        const release = releaseOf(folder, file, schema);
        if (!release) throw new Error(`${folder}/${file} is no released schema: <name>.v<version>[.<addition>].json`);
        return [release];
      }),
    );
}

async function freeze(releases: readonly Release[]): Promise<void> {
  const prettier = await import('prettier');
  for (const release of releases) {
    const path = pathOf(fileOf(release));
    mkdirSync(dirname(path), { recursive: true });
    const options = { ...(await prettier.resolveConfig(path)), parser: 'json' };
    writeFileSync(path, await prettier.format(JSON.stringify(release.schema), options), { flag: 'wx' });
    process.stdout.write(`${fileOf(release)} written\n`);
  }
}

/** Shows that the check bites: each of these, done to the real schemas, must be refused. */
function slippedThrough(releases: readonly Release[]): string[] {
  const spoil = (name: string, change: (schema: JsonSchema) => void) =>
    presentContracts.map((contract) => {
      if (contract.name !== name) return contract;
      const schema = structuredClone(contract.schema);
      change(schema);
      return { ...contract, schema };
    });
  const fields = (schema: JsonSchema) => schema.properties as Record<string, JsonSchema>;
  const spoiled: Record<string, ReturnType<typeof spoil>> = {
    'a field of a message removed': spoil('registry.webhooks', (schema) => delete fields(schema).url),
    'a value of a message’s enum added': spoil('registry.health', (schema) =>
      (fields(schema).kind!.enum as string[]).push('webhook_melted'),
    ),
    'a required header added': spoil('webhook.deliveries.headers', (schema) => {
      fields(schema).more = { type: 'string' };
      (schema.required as string[]).push('more');
    }),
    'a required field of a stored event added': spoil('webhook.WebhookPaused', (schema) => {
      fields(schema).until = { type: 'string' };
      (schema.required as string[]).push('until');
    }),
    'a stored event forgotten': presentContracts.filter(({ name }) => name !== 'webhook.SecretRead'),
    'a version of a message forgotten': presentContracts.filter(({ name }) => name !== 'registry.access'),
  };
  return Object.entries(spoiled).flatMap(([what, contracts]) =>
    brokenPromises(contracts, releases).length > 0 ? [] : [`the check is blind: ${what} got through`],
  );
}

const isFreezing = process.argv.includes('--freeze');
const releases = frozenReleases();
const faults = [
  ...brokenPromises(presentContracts, releases),
  ...unreadable(releases, presentContracts),
  ...(isFreezing ? [] : slippedThrough(releases)),
];
const missing = unfrozen(presentContracts, releases);
if (faults.length === 0 && isFreezing) await freeze(missing);
if (!isFreezing)
  faults.push(...missing.map((one) => `${fileOf(one)} is not there: run "npm run contracts:freeze" and commit it`));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length === 0 && !isFreezing)
  process.stdout.write(
    `${releases.length} released schemas hold, and every broken change that was tried on them was refused.\n`,
  );
process.exit(faults.length === 0 ? 0 : 1);
