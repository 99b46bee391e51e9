import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/**
 * Declares the cases of a spec that needs a part which is not installed by npm. Where it is wanting, `missing` being the reason, they
 * are reported as not run, and in CI as a failure.
 */
export function whereThere(name: string, missing: string | null, declare: () => void): void {
  if (missing === null) return declare();
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(missing);
    });
  } else {
    test.skip(`${name}, not run: ${missing}`, () => undefined);
  }
}

/** Why a command can't be used, or null. */
export function commandMissing(command: string, args: string[], install: string): string | null {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? null : `no ${command} (${install})`;
}
