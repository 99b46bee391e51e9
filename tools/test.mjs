/**
 * `npm test`: every test. Ends with one line that says what was not run for want of a part; with CI=true such a part is a failure.
 * Arguments go to jest.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildApps } from './build.mjs';
import { buildConsole } from './console.mjs';

// The black-box suite runs the built apps.
await buildApps();
await buildConsole();
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
