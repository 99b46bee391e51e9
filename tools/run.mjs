/** `npm start` and its like: builds one app and runs it in this very process, so that signals and the exit code are its own. */
import { buildApps } from './build.mjs';
import { buildConsole } from './console.mjs';

const name = process.argv[2];
if (!name) {
  console.error('usage: node tools/run.mjs <app>');
  process.exit(2);
}
await buildApps([name]);
// Those that serve it.
if (['standalone', 'demo', 'registry'].includes(name)) await buildConsole();
process.setSourceMapsEnabled(true);
process.argv.splice(1, 2, name);
await import(new URL(`../dist/apps/${name}/main.js`, import.meta.url).href);
