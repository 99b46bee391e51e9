import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/**
 * Bundles a TypeScript file of this repository, our libs included and packages left out, to something Node can import.
 * Written aside and renamed, because several test runs may do it at the same time.
 * @param {string} entry path from the repository's root
 * @returns {Promise<string>} path of the bundle
 */
export async function bundle(entry) {
  const outdir = join(root, '.cache/jest');
  await mkdir(outdir, { recursive: true });
  const outfile = join(outdir, `${basename(entry, '.ts')}.mjs`);
  const draft = join(outdir, `${randomUUID()}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    tsconfig: join(root, 'tsconfig.base.json'),
    sourcemap: 'inline',
    logLevel: 'error',
  });
  await rename(draft, outfile);
  return outfile;
}
