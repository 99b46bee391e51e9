import { test } from '@jest/globals';
import { kafkaMissing } from './broker.mjs';

/**
 * Declares the cases of a spec that needs a broker. Where none can run they are reported as skipped with the reason, and in CI as
 * a failure.
 */
export async function whereKafkaRuns(name: string, declare: () => void): Promise<void> {
  const reason = await kafkaMissing();
  if (reason === null) return declare();
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    test.skip(`${name}, not run: ${reason}`, () => undefined);
  }
}
