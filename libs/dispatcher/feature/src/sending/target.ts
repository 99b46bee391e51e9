import { checkUrl, type Cidr } from '@arkan/kernel';
import type { Failure } from '@arkan/dispatcher-domain';
import type { DialTarget } from './dial';

export interface Target extends DialTarget {
  origin: string;
  /** Path and query. */
  path: string;
}

const targetsMax = 20_000;

/**
 * Reads and judges URLs by the same rule as the registry does, again: a configuration may be older than a rule. What was read is
 * kept, since reading a URL costs as much as signing does.
 */
export class Targets {
  private readonly known = new Map<string, Target | Failure>();

  constructor(private readonly allowed: readonly Cidr[]) {}

  get(url: string): Target | Failure {
    const known = this.known.get(url);
    if (known) return known;
    if (this.known.size >= targetsMax) this.known.clear();
    const read = this.read(url);
    this.known.set(url, read);
    return read;
  }

  private read(text: string): Target | Failure {
    const checked = checkUrl(text, this.allowed);
    if (!checked.ok) return { kind: 'blocked', code: checked.refusal.code, message: checked.refusal.message };
    const { origin, hostname, port, pathname, search } = checked.url;
    return { origin, hostname, port: port === '' ? 443 : Number(port), path: pathname + search };
  }
}
