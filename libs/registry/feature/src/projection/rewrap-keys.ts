import type { MessageBus } from '@arkan/ports';
import { listKeys, loadWebhooks, updateKeys } from '@arkan/registry-persistence';
import type { Database, Logger, Sealer } from '@arkan/runtime';
import { webhookMessageFor } from './messages';

const batchMax = 200;

/**
 * After a change of the master key: wraps each webhook's key anew and tells the bus, so that the previous master key can be
 * taken away. Only by the leader, before it tells anything else. A message that was sent and not recorded is sent again.
 */
export async function rewrapKeys(options: {
  database: Database;
  bus: MessageBus;
  sealer: Sealer;
  log: Logger;
}): Promise<number> {
  const { database, bus, sealer, log } = options;
  let after = '';
  let count = 0;
  for (;;) {
    const page = await listKeys(database.pool, after, batchMax);
    const outdated = page.filter((key) => !isWrappedBy(sealer.fingerprint, key.wrapped));
    if (outdated.length > 0) {
      const rewrapped = outdated.flatMap(({ webhookId, ...key }) => {
        try {
          return [{ webhookId, ...sealer.rewrap(key) }];
        } catch (error) {
          // One key that can't be read must not keep all the others from being told.
          log.error({ err: error, webhookId }, 'the key of a webhook can not be wrapped anew');
          return [];
        }
      });
      const keys = new Map(rewrapped.map(({ webhookId, ...key }) => [webhookId, key]));
      const webhooks = await loadWebhooks(database.pool, [...keys.keys()]);
      const messages = [...webhooks].map(([id, webhook]) => webhookMessageFor(id, webhook, keys));
      if (messages.length > 0) await bus.publish(messages);
      await updateKeys(database.pool, rewrapped);
      count += rewrapped.length;
    }
    if (page.length < batchMax) break;
    after = page.at(-1)!.webhookId;
  }
  if (count > 0) log.info({ count }, 'the keys of the webhooks were wrapped anew under the present master key');
  return count;
}

/** The first 4 bytes of a wrapped key name the master key, see `WrappedKey`. */
function isWrappedBy(fingerprint: string, wrapped: string): boolean {
  return Buffer.from(wrapped.slice(0, 8), 'base64').subarray(0, 4).toString('hex') === fingerprint;
}
