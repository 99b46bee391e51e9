/**
 * Builds the console (apps/console, by Vite) into dist/console, with a compressed copy beside each text file. Only where its sources
 * changed since the last time, which a hash over them tells: so `npm start` can ask for it each time, for some milliseconds.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'apps/console');
const target = join(root, 'dist/console');
const stamp = join(root, 'dist/console.sha256');

/** What the console is made of: its own files, those of ours that it may import, and the versions of its packages. */
const parts = [
  'apps/console',
  'libs/contracts',
  'libs/kernel',
  'docs/receiving',
  'tsconfig.base.json',
  'package-lock.json',
  'tools/console.mjs',
];

/** Does nothing where there is no console, or it is built already. */
export async function buildConsole() {
  if (!existsSync(join(source, 'vite.config.ts'))) return;
  const wanted = hashOf(parts);
  if (existsSync(join(target, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Taken away first: where the build breaks off, the next one starts anew.
  rmSync(stamp, { force: true });
  await run(join(root, 'node_modules/vite/bin/vite.js'), [
    'build',
    '--outDir',
    target,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]);
  for (const file of filesOf(target)) compress(file);
  writeFileSync(stamp, wanted);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(join(root, path))))
    hash.update(`${file}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  return hash.digest('hex');
}

/** In a fixed order, tests left out. */
function filesOf(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[/\\](node_modules|\.vite)[/\\]|\.spec\.tsx?$/.test(file))
    .sort();
}

const compressMinBytes = 1_024;

function compress(file) {
  if (!/\.(html|js|css|svg|json|webmanifest|txt)$/.test(file)) return;
  const content = readFileSync(file);
  if (content.length < compressMinBytes) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}

/** A process of its own: what Vite takes of memory goes with it. */
function run(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: source, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`the console could not be built (vite ended with ${code}); what it printed stands above`)),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
