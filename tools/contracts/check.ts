import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@arkan/kernel';
import { incompatibilities, type JsonSchema } from './compatibility';
import { readStored, type Contract } from './released';
import { samplesOf } from './samples';

/** A schema as it was released, and never changed since: `<name>.v1.json`, then `<name>.v1.1.json` where fields were added. */
export interface Release {
  folder: string;
  name: string;
  version: number;
  /** How many times fields had been added to this version. */
  addition: number;
  schema: JsonSchema;
}

export const fileOf = ({ folder, name, version, addition }: Omit<Release, 'schema'>): string =>
  `${folder}/${name}.v${version}${addition === 0 ? '' : `.${addition}`}.json`;

/** Null for a file that is no release. */
export function releaseOf(folder: string, file: string, schema: JsonSchema): Release | null {
  const match = /^(.+)\.v(\d+)(?:\.(\d+))?\.json$/.exec(file);
  if (!match) return null;
  return { folder, name: match[1]!, version: Number(match[2]), addition: Number(match[3] ?? 0), schema };
}

const sameThing = (a: Contract | Release, b: Contract | Release) => a.folder === b.folder && a.name === b.name;
const sameVersion = (a: Contract | Release, b: Contract | Release) => sameThing(a, b) && a.version === b.version;

/** What must not land: a sentence each. */
export function brokenPromises(contracts: readonly Contract[], releases: readonly Release[]): string[] {
  const broken: string[] = [];
  for (const release of releases) {
    const contract = contracts.find((one) => sameVersion(one, release));
    if (contract) {
      const found = incompatibilities(release.schema, contract.schema, contract.reading);
      broken.push(...found.map((sentence) => `${fileOf(release)}: ${sentence}`));
    } else if (!contracts.some((one) => sameThing(one, release) && one.reading === 'new_only')) {
      broken.push(`${fileOf(release)}: nothing reads this any more. ${whenUnread(release, contracts)}`);
    }
  }
  return broken;
}

function whenUnread({ folder }: Release, contracts: readonly Contract[]): string {
  return contracts.some((one) => one.folder === folder && one.reading === 'both')
    ? 'Keep its reader; when no topic can hold one (its retention is over, or all of a compacted one was written anew), delete the file.'
    : 'Events are stored for ever: keep its reader.';
}

/** Every release of a stored event, read by the present code: this is what shows that older versions find their way up. */
export function unreadable(releases: readonly Release[], contracts: readonly Contract[]): string[] {
  return releases.flatMap((release) => {
    const isStored = contracts.some((one) => one.folder === release.folder && one.reading === 'new_only');
    if (!isStored || release.name === 'metadata') return [];
    const metadata = releases.filter(({ folder, name }) => folder === release.folder && name === 'metadata');
    try {
      for (const data of samplesOf(release.schema))
        for (const meta of metadata.flatMap(({ schema }) => samplesOf(schema))) read(release, data, meta);
      return [];
    } catch (error) {
      return [`${fileOf(release)}: events of this version can not be read any more: ${(error as Error).message}`];
    }
  });
}

function read({ folder, name, version }: Release, data: unknown, meta: unknown): void {
  readStored(folder, name, {
    id: '01890000-0000-7000-8000-000000000001',
    type: name.slice(name.indexOf('.') + 1),
    data: data as JsonObject,
    metadata: { ...(meta as JsonObject), version },
  });
}

/** What has no frozen schema yet, as it would be frozen. */
export function unfrozen(contracts: readonly Contract[], releases: readonly Release[]): Release[] {
  return contracts.flatMap(({ folder, name, version, schema }) => {
    const own = releases.filter((release) => sameVersion(release, { folder, name, version, schema, addition: 0 }));
    if (own.some((release) => isDeepStrictEqual(release.schema, schema))) return [];
    return [{ folder, name, version, schema, addition: Math.max(-1, ...own.map(({ addition }) => addition)) + 1 }];
  });
}
