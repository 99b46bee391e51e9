import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { initialLoadBudget } from './budget.ts';
import { englishOnly } from './english.ts';

const root = new URL('../../', import.meta.url);
const { compilerOptions } = JSON.parse(readFileSync(new URL('tsconfig.base.json', root), 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** One source of the aliases: tsconfig.base.json. Only those that the walls let the console import. */
const alias = Object.entries(compilerOptions.paths)
  .filter(([name]) => /^@arkan\/(kernel|contracts)(\/|$)/.test(name))
  .map(([name, [file]]) => ({ find: new RegExp(`^${name}$`), replacement: fileURLToPath(new URL(file, root)) }));

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), englishOnly(), initialLoadBudget()],
  resolve: {
    alias: [
      ...alias,
      // The programs that docs/receiving tests are shown as they are: one source.
      { find: '@receiving', replacement: fileURLToPath(new URL('docs/receiving', root)) },
    ],
  },
  build: {
    outDir: fileURLToPath(new URL('dist/console', root)),
    emptyOutDir: true,
    // Older browsers lack light-dark(), on which both themes rest.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would be data: URLs, which the CSP has no need to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    reportCompressedSize: false,
  },
  server: {
    // The aliased libs, and the programs of docs/receiving.
    fs: { allow: [fileURLToPath(root)] },
    proxy: { '/v1': process.env.ARKAN_URL ?? 'http://127.0.0.1:8080' },
  },
});
