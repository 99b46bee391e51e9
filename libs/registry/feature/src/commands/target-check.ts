import { lookup } from 'node:dns/promises';
import {
  addressLiteral,
  checkAddress,
  checkUrl,
  systemClock,
  withoutRootDot,
  type Cidr,
  type FieldError,
} from '@arkan/kernel';

/** All addresses that a name stands for now. */
export type Resolve = (hostname: string) => Promise<string[]>;

export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** What takes longer is left to the check of every connection. */
const resolveMaxMs = 1_000;
/** The system's resolver takes a thread of a pool of four for as long as it waits. */
const resolvingMax = 2;

export type TargetCheck = (url: string) => Promise<FieldError[]>;

/**
 * A webhook's URL as far as it can be seen now: its own text, and the addresses that its name stands for at the moment. That
 * a name does not resolve, or slowly, is no fault: the receiver may come later, and the dispatcher vets each address it dials.
 */
export function createTargetCheck(options: { allowed: readonly Cidr[]; resolve: Resolve }): TargetCheck {
  let resolving = 0;

  async function addressesOf(hostname: string): Promise<string[]> {
    if (resolving >= resolvingMax) return [];
    resolving++;
    const answer = options
      .resolve(hostname)
      .catch(() => [])
      .finally(() => resolving--);
    let cancel = () => {};
    const late = new Promise<string[]>((resolve) => {
      cancel = systemClock.schedule(resolveMaxMs, () => resolve([]));
    });
    return Promise.race([answer, late]).finally(() => cancel());
  }

  return async (text) => {
    const checked = checkUrl(text, options.allowed);
    if (!checked.ok) return [{ pointer: '/url', ...checked.refusal }];
    const { hostname } = checked.url;
    if (addressLiteral(hostname) !== null) return [];
    for (const address of await addressesOf(withoutRootDot(hostname))) {
      const refusal = checkAddress(address, options.allowed);
      if (refusal) {
        const message = `${hostname} resolves to what can't be a target: ${refusal.message}`;
        return [{ pointer: '/url', code: 'blocked_address', message, limit: null }];
      }
    }
    return [];
  };
}
