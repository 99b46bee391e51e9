import { lookup, promises as dns } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isLoopbackName, type Clock } from '@arkan/kernel';

export interface Resolved {
  /** IPv4 and IPv6 in plain form, at least one. */
  addresses: readonly string[];
  /** How long the answer may be used again. */
  ttlMs: number;
}

/** Addresses of a host name. Rejects with an Error that has a `code` of Node's DNS. */
export type Resolve = (hostname: string) => Promise<Resolved>;

export interface SystemResolverOptions {
  clock: Clock;
  /** Of a hosts file; the system's own unless told. */
  hostsText?: string;
  /** `address:port` of DNS servers; those of the system unless told. */
  servers?: readonly string[];
  /** What the system finds by all its means; `getaddrinfo` unless told. */
  systemLookup?: (hostname: string) => Promise<string[]>;
}

const query = { timeout: 2_000, tries: 2 };
/** Where one family has answered, how long the other is waited for (RFC 8305, 3). */
const otherFamilyMs = 50;
/** A resolver reads its servers when it is made; networks change. */
const resolverMaxAgeMs = 30_000;
/** Such lookups run on threads that files need too. */
const systemLookupsMax = 2;
const systemLookupsWaitingMax = 128;

/** DNS says that the name isn't there, or that there is no DNS at all. */
const notFoundCodes = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code ?? '';

/**
 * Asks in this order: the hosts file (read once), the meaning of `localhost`, DNS, and what else the system knows (search domains,
 * mDNS). DNS is asked without threads, so that names whose servers don't answer hold up nobody: `getaddrinfo` blocks a thread for
 * many seconds, and Node gives it two of them. It is asked only for names that DNS says it doesn't know.
 */
export function systemResolver(options: SystemResolverOptions): Resolve {
  const { clock } = options;
  const hosts = parseHosts(options.hostsText ?? readHosts());
  const systemLookup = bounded(options.systemLookup ?? getaddrinfo);
  const make = () => {
    const resolver = new dns.Resolver(query);
    if (options.servers) resolver.setServers(options.servers);
    return { resolver, madeAtMs: clock.now() };
  };
  let current = make();
  return async (hostname) => {
    const fixed = hosts.get(hostname) ?? (isLoopbackName(hostname) ? ['127.0.0.1', '::1'] : null);
    if (fixed) return { addresses: fixed, ttlMs: Infinity };
    if (clock.now() - current.madeAtMs > resolverMaxAgeMs) current = make();
    try {
      return await queryBothFamilies(current.resolver, hostname, clock);
    } catch (error) {
      if (!notFoundCodes.has(codeOf(error))) throw error;
      const addresses = await systemLookup(hostname);
      if (addresses.length === 0) throw error;
      return { addresses, ttlMs: 0 };
    }
  };
}

function queryBothFamilies(resolver: dns.Resolver, hostname: string, clock: Clock): Promise<Resolved> {
  return new Promise((resolve, reject) => {
    const found: { address: string; ttl: number }[] = [];
    const errors: unknown[] = [];
    let open = 2;
    const finish = () => {
      // One family that doesn't exist says nothing where the other could not be asked.
      if (found.length === 0) return reject(errors.find((error) => !notFoundCodes.has(codeOf(error))) ?? errors[0]);
      const ttl = Math.min(...found.map((record) => record.ttl));
      resolve({ addresses: found.map((record) => record.address), ttlMs: ttl * 1_000 });
    };
    const ended = () => {
      open -= 1;
      if (open === 0) finish();
      else if (found.length > 0) clock.schedule(otherFamilyMs, finish);
    };
    for (const records of [resolver.resolve4(hostname, { ttl: true }), resolver.resolve6(hostname, { ttl: true })]) {
      records
        .then(
          (list) => found.push(...list),
          (error: unknown) => errors.push(error),
        )
        .then(ended, reject);
    }
  });
}

function getaddrinfo(hostname: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, list) => {
      if (error) reject(error);
      else resolve(list.map((entry) => entry.address));
    });
  });
}

/** Few at a time, a bounded number waiting, the same name once. */
function bounded(find: (hostname: string) => Promise<string[]>): (hostname: string) => Promise<string[]> {
  const waiting: (() => void)[] = [];
  let free = systemLookupsMax;
  return async (hostname) => {
    if (free > 0) free -= 1;
    else if (waiting.length >= systemLookupsWaitingMax) return [];
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await find(hostname);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

function readHosts(): string {
  const path = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Names of a hosts file, in lower case, with their addresses in plain form. */
export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0 || address.includes('%')) continue;
    for (const name of names) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address]);
  }
  return hosts;
}

export interface ResolverCacheLimits {
  /** No answer is used for longer, whatever its own time to live. */
  ttlMaxMs: number;
  entriesMax: number;
  /** Names asked for at once. */
  underWayMax: number;
}

export const defaultResolverCacheLimits: ResolverCacheLimits = {
  ttlMaxMs: 5_000,
  entriesMax: 10_000,
  underWayMax: 2_048,
};

/**
 * Keeps answers for a short time, and asks once for a name that many want now. An old answer is no way around the guard: the
 * address that is vetted is the one that is dialled.
 */
export function cachedResolver(
  resolve: Resolve,
  clock: Clock,
  limits: ResolverCacheLimits = defaultResolverCacheLimits,
): (hostname: string) => Promise<readonly string[]> {
  const known = new Map<string, { addresses: readonly string[]; untilMs: number }>();
  const underWay = new Map<string, Promise<readonly string[]>>();
  const ask = async (hostname: string) => {
    try {
      const { addresses, ttlMs } = await resolve(hostname);
      known.delete(hostname);
      known.set(hostname, { addresses, untilMs: clock.now() + Math.min(ttlMs, limits.ttlMaxMs) });
      const oldest = known.size > limits.entriesMax ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      return addresses;
    } finally {
      underWay.delete(hostname);
    }
  };
  return (hostname) => {
    const entry = known.get(hostname);
    if (entry && entry.untilMs > clock.now()) return Promise.resolve(entry.addresses);
    const asked = underWay.get(hostname);
    if (asked) return asked;
    if (underWay.size >= limits.underWayMax) {
      return Promise.reject(Object.assign(new Error('too many names are looked up at once'), { code: 'EAI_AGAIN' }));
    }
    const answer = ask(hostname);
    underWay.set(hostname, answer);
    return answer;
  };
}
