import { Refusal, type Clock } from '@arkan/kernel';
import ipaddr from 'ipaddr.js';

/** Failed sign-ins that an address has in a minute. */
export const failedTriesMax = 20;
const windowMs = 60_000;
const addressesMax = 10_000;

/** Counts failed sign-ins by address. A bound on noise and load rather than on guessing: a key has 256 random bits. */
export interface FailedTries {
  /** Throws Refusal `too_many_requests`. */
  check(address: string): void;
  count(address: string): void;
}

export function createFailedTries(clock: Clock): FailedTries {
  const byAddress = new Map<string, { count: number; endsAt: number }>();
  const present = (address: string) => {
    const found = byAddress.get(networkOf(address));
    return found && found.endsAt > clock.now() ? found : null;
  };
  return {
    check(address) {
      const tries = present(address);
      if (!tries || tries.count < failedTriesMax) return;
      const seconds = Math.ceil((tries.endsAt - clock.now()) / 1_000);
      throw new Refusal(
        'too_many_requests',
        `${failedTriesMax} sign-ins from this address failed within a minute; try again after ${seconds} s`,
        [],
        seconds,
      );
    },
    count(address) {
      const tries = present(address) ?? { count: 0, endsAt: clock.now() + windowMs };
      const network = networkOf(address);
      byAddress.delete(network);
      if (byAddress.size >= addressesMax) byAddress.delete(byAddress.keys().next().value!);
      byAddress.set(network, { ...tries, count: tries.count + 1 });
    },
  };
}

/** Whoever has an IPv6 address has its whole /64. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}
