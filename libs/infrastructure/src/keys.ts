import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@arkan/runtime';
import { StartError } from './start-error';

export interface Keys {
  master: Buffer;
  previousMaster: Buffer | undefined;
  operatorKey: string;
  /** The operator key was made just now, and is to be shown this once. */
  operatorKeyIsNew: boolean;
  operatorKeyFile: string | null;
  /** Signs page cursors; made from the master key, so that every process of an installation has the same. */
  cursorKey: Buffer;
  /** Seals the console's sessions; made in the same way, for the same reason. */
  sessionKey: Buffer;
  previousSessionKey: Buffer | undefined;
}

const derived = (master: Buffer, purpose: string) => createHmac('sha256', master).update(purpose).digest();

/** From the settings, or from files of mode 0600 in the data directory, made on first start. Throws StartError. */
export async function loadKeys(config: Config): Promise<Keys> {
  const file = (name: string) => join(config.ARKAN_DATA_DIR, name);
  const master = config.ARKAN_MASTER_KEY
    ? Buffer.from(config.ARKAN_MASTER_KEY, 'base64')
    : Buffer.from((await readOrMake(config, 'master.key', () => randomBytes(32).toString('base64'))).text, 'base64');
  if (master.length !== 32) {
    throw new StartError(
      `${file('master.key')} does not hold base64 of 32 bytes; put back the key it had, or give ARKAN_MASTER_KEY`,
    );
  }
  const operator = config.ARKAN_OPERATOR_KEY
    ? { text: config.ARKAN_OPERATOR_KEY, isNew: false }
    : await readOrMake(config, 'operator.key', () => `ak_${randomBytes(32).toString('base64url')}`);
  const previousMaster = config.ARKAN_MASTER_KEY_PREVIOUS
    ? Buffer.from(config.ARKAN_MASTER_KEY_PREVIOUS, 'base64')
    : undefined;
  return {
    master,
    previousMaster,
    operatorKey: operator.text,
    operatorKeyIsNew: operator.isNew,
    operatorKeyFile: config.ARKAN_OPERATOR_KEY ? null : file('operator.key'),
    cursorKey: derived(master, 'arkanpm cursors'),
    sessionKey: derived(master, 'arkanpm sessions'),
    previousSessionKey: previousMaster && derived(previousMaster, 'arkanpm sessions'),
  };
}

async function readOrMake(config: Config, name: string, make: () => string): Promise<{ text: string; isNew: boolean }> {
  const path = join(config.ARKAN_DATA_DIR, name);
  try {
    // The embedded Postgres runs as another user than root and must get through to its folder in there; the keys are 0600.
    const made = await mkdir(config.ARKAN_DATA_DIR, { recursive: true });
    if (made !== undefined && process.getuid?.() === 0) await chmod(config.ARKAN_DATA_DIR, 0o711);
    const text = make();
    try {
      const handle = await open(path, 'wx', 0o600);
      await handle.writeFile(`${text}\n`);
      await handle.sync();
      await handle.close();
      return { text, isNew: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return { text: (await readFile(path, 'utf8')).trim(), isNew: false };
    }
  } catch (error) {
    throw new StartError(
      `${path} can not be read or made (${(error as NodeJS.ErrnoException).code ?? 'unknown'}); make the directory writable, or choose another by ARKAN_DATA_DIR`,
      { cause: error },
    );
  }
}
