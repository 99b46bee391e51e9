import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Bytes of JavaScript, gzipped, that the browser loads before the first screen's own chunk. */
export const initialJsMaxBytes = 200_000;

/** Fails the build where the entry and what it imports statically weigh more than the budget; prints what they weigh. */
export function initialLoadBudget(maxBytes = initialJsMaxBytes): Plugin {
  return {
    name: 'initial-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      if (entry?.type !== 'chunk') return this.error('there is no entry to measure');
      const seen = new Map<string, number>();
      const waiting = [entry.fileName];
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        const chunk = bundle[name];
        if (seen.has(name) || chunk?.type !== 'chunk') continue;
        seen.set(name, gzipSync(chunk.code).length);
        waiting.push(...chunk.imports);
      }
      const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
      const account = [...seen].map(([name, bytes]) => `${name} ${bytes}`).join(', ');
      if (total > maxBytes) {
        this.error(`initial load is ${total} bytes of gzipped JavaScript, more than ${maxBytes}: ${account}`);
      }
      this.info(`initial load: ${total} of ${maxBytes} bytes of gzipped JavaScript (${account})`);
    },
  };
}
