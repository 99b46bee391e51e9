import { createSigningKey, customHeaders, type SigningKey } from '@arkan/dispatcher-domain';
import type { RequestConfig } from '@arkan/dispatcher-persistence';
import { isSecretHeaderName, maskedValue } from '@arkan/kernel';
import type { Sealer } from '@arkan/runtime';
import type { WebhookState } from '../webhook-view';

/** A webhook's configuration, opened and made ready to send by. Holds secrets: never log it. */
export interface Material {
  state: WebhookState;
  revision: number;
  url: string;
  timeoutMs: number;
  key: SigningKey;
  /** Signs too, until then. */
  previous: { key: SigningKey; untilMs: number } | null;
  /** Flat. */
  custom: string[];
  /** What the log keeps of it. */
  config: RequestConfig;
}

const materialsMax = 5_000;

/** Materials by webhook, the longest unused out. Opening one costs some 50 us, a signature 2. */
export class Materials {
  private readonly known = new Map<string, Material>();

  constructor(private readonly sealer: Sealer) {}

  /** Throws SealError. */
  get(state: WebhookState): Material {
    const known = this.known.get(state.webhookId);
    if (known?.state === state) return known;
    const made = open(this.sealer, state);
    this.known.delete(state.webhookId);
    this.known.set(state.webhookId, made);
    if (this.known.size > materialsMax) this.known.delete(this.known.keys().next().value!);
    return made;
  }
}

function open(sealer: Sealer, state: WebhookState): Material {
  const { dataKey, secret, previousSecret } = state;
  if (!dataKey || !secret) throw new Error(`webhook ${state.webhookId} has no secret, and is not deleted`);
  const headers = state.customHeaders.map(
    ({ name, value, sealed }) => [name, sealed ? sealer.open(dataKey, sealed) : (value ?? '')] as const,
  );
  return {
    state,
    revision: state.revision,
    url: state.url,
    timeoutMs: state.timeoutMs,
    key: createSigningKey(sealer.open(dataKey, secret)),
    previous: previousSecret && {
      key: createSigningKey(sealer.open(dataKey, previousSecret.sealed)),
      untilMs: Date.parse(previousSecret.expiresAt),
    },
    custom: customHeaders(headers),
    config: configOf(state),
  };
}

/** What of a request is the configuration's, with nothing in it that must not be shown. */
export function configOf(state: WebhookState): RequestConfig {
  const shown = state.customHeaders.map(
    ({ name, value, sealed }) => [name, sealed || isSecretHeaderName(name) ? maskedValue : (value ?? '')] as const,
  );
  const flat = customHeaders(shown);
  const pairs = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  return {
    webhookUuid: state.webhookId.slice(3),
    revision: state.revision,
    url: state.url,
    headers: JSON.stringify(pairs),
  };
}
