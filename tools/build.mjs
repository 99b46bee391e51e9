/**
 * `npm run build`: each app as one ES module in dist/apps/<name>/; dependencies stay in node_modules. Under a second, so `npm start`
 * builds too. And the console, where it changed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildConsole } from './console.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** name in dist -> entry */
export function entries() {
  const found = {};
  for (const app of readdirSync(`${root}apps`)) {
    for (const entry of ['main', 'demo']) {
      const file = `${root}apps/${app}/src/${entry}.ts`;
      if (existsSync(file)) found[entry === 'main' ? `${app}/main` : entry === 'demo' ? 'demo/main' : entry] = file;
    }
  }
  return found;
}

export async function buildApps(names) {
  const all = entries();
  const chosen = names
    ? Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name.split('/')[0])))
    : all;
  await build({
    entryPoints: chosen,
    outdir: `${root}dist/apps`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    // Node keeps a map in memory: with the sources in it, three times its size.
    sourcesContent: false,
    splitting: false,
    logLevel: 'warning',
    tsconfig: `${root}tsconfig.base.json`,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildApps(process.argv[2] ? process.argv.slice(2) : undefined);
  await buildConsole();
}
