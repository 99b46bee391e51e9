import {
  ConfigError,
  createLogger,
  loadConfig,
  unknownSettings,
  type Config,
  type Logger,
  type ServiceDefinition,
} from '@arkan/runtime';
import { startPlatform } from './platform';
import { StartError } from './start-error';
import { verifyReadModels } from './verify';

/** A stop that takes longer is forced; more than the longest time that one delivery may take. */
const stopMaxMs = 45_000;

/** The whole life of a process: settings, start, what the terminal is told, signals, stop. Ends the process with 1 where it can't start. */
export async function runProcess(name: string, definitions: readonly ServiceDefinition[]): Promise<void> {
  try {
    const config = loadConfig(process.env);
    const log = createLogger(config.LOG_LEVEL, { pretty: process.stdout.isTTY === true });
    for (const setting of unknownSettings(process.env))
      log.warn({ setting }, 'this is not a setting; see docs/configuration.md');
    if (process.argv.includes(verifyOption)) return await verifyAndExit(definitions, config, log);
    const stopping = stopOnSignal();
    const platform = await startPlatform(name, definitions, config, log);
    process.stdout.write(`${banner(name, platform.url)}\n`);
    if (platform.keys.operatorKeyIsNew) {
      process.stdout.write(
        `Operator key, shown this once (kept in ${platform.keys.operatorKeyFile}): ${platform.keys.operatorKey}\n`,
      );
    }
    if (name === 'standalone') {
      const isFirst = platform.keys.operatorKeyIsNew;
      process.stdout.write(
        isFirst
          ? `Console: ${platform.signInUrl(platform.keys.operatorKey)}\n  This link signs in once, within 10 minutes; after that, sign in by a key.\n`
          : `Console: ${platform.consoleUrl}\n`,
      );
    }
    log.info({ url: platform.url }, 'ready');
    const signal = await stopping;
    log.info({ signal }, 'stopping: what is under way is finished first');
    const forced = setTimeout(() => {
      log.error('the stop took too long and is forced; what was in flight is recorded as unknown at the next start');
      process.exit(1);
    }, stopMaxMs);
    await platform.stop();
    clearTimeout(forced);
    log.info('stopped');
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    process.stderr.write(`${explain(name, error)}\n`);
    process.exit(1);
  }
}

const verifyOption = '--verify-read-models';
/** Beside 1, which says that it could not be found out. */
const differsExitCode = 2;

async function verifyAndExit(definitions: readonly ServiceDefinition[], config: Config, log: Logger): Promise<void> {
  const isEqual = await verifyReadModels(definitions, config, log, (line) => process.stdout.write(`${line}\n`));
  process.exit(isEqual ? 0 : differsExitCode);
}

function banner(name: string, url: string): string {
  return name === 'standalone'
    ? `ArkanPM Webhooks is ready at ${url}`
    : `ArkanPM Webhooks, ${name}, is ready at ${url}`;
}

function stopOnSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}

/** One sentence for what we know; the whole error for what we don't, because then somebody must look. */
export function explain(name: string, error: unknown): string {
  if (error instanceof ConfigError)
    return `${name} can not start, because of its settings:\n${error.problems.map((problem) => `  ${problem}`).join('\n')}`;
  if (error instanceof StartError) return `${name} can not start: ${error.message}`;
  return `${name} can not start, for a reason that it does not know:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
