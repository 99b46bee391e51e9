import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LoggerService } from '@nestjs/common';

export type { Logger };

/** JSON lines on stdout; readable where stdout is a terminal. Secrets are kept out by not being passed; the paths here are the net. */
export function createLogger(level: string, options: { pretty?: boolean; name?: string } = {}): Logger {
  const settings = {
    level,
    base: options.name ? { service: options.name } : {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'secret',
        '*.secret',
        'authorization',
        '*.authorization',
        'headers',
        '*.headers',
        'key',
        '*.key',
        'password',
        '*.password',
      ],
      censor: '***',
    },
  };
  return options.pretty
    ? pino(settings, pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', sync: true }))
    : pino(settings);
}

/** Nest's own lines, kept quiet: its start-up chatter is debug here. */
export function nestLogger(logger: Logger): LoggerService {
  const text = (message: unknown, context: unknown[]) =>
    `${context.length > 0 ? `${String(context.at(-1))}: ` : ''}${String(message)}`;
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(text(message, rest)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(text(message, rest)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(text(message, rest)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(text(message, rest)),
    error: (message: unknown, ...rest: unknown[]) => logger.error(text(message, rest)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.fatal(text(message, rest)),
  };
}
