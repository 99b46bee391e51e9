import {
  eventBatchMax,
  eventDataMaxBytes,
  limits,
  pageLimitMax,
  responseBodyMaxBytes,
  type registryOperations,
  type ResponseOf,
} from '@arkan/contracts';
import { version, type Config } from '@arkan/runtime';

/** As this process has them; every service of an installation is given the same settings. */
export function shownSettings(config: Config): ResponseOf<typeof registryOperations.readSettings> {
  const { webhooksPerTenant, apiKeysPerTenant, urlMax: _, ...rest } = limits;
  return {
    version,
    retry: {
      baseMs: config.ARKAN_RETRY_BASE_MS,
      maxMs: config.ARKAN_RETRY_MAX_MS,
      jitter: config.ARKAN_RETRY_JITTER,
    },
    apiKey: { perTenantMax: apiKeysPerTenant },
    webhook: { perTenantMax: webhooksPerTenant, ...rest, autoPauseMs: config.ARKAN_AUTO_PAUSE_MS },
    eventDataMaxBytes,
    eventBatchMax,
    responseBodyMaxBytes,
    pageLimitMax,
    logRetentionDays: config.ARKAN_LOG_RETENTION_DAYS,
    noticeWindowMs: config.ARKAN_NOTICE_WINDOW_MS,
    mail: { isConfigured: config.ARKAN_SMTP_URL !== undefined },
  };
}
