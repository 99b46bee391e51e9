import ipaddr from 'ipaddr.js';

/** Why a target is refused, for programs. Stable: they stand in problem documents and in the delivery log. */
export type TargetRefusalCode =
  | 'url_invalid'
  | 'url_too_long'
  | 'url_scheme'
  | 'url_credentials'
  | 'url_fragment'
  | 'url_host'
  | 'url_port'
  | 'private_name'
  | AddressClass;

export type AddressClass =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'metadata'
  | 'shared'
  | 'multicast'
  | 'broadcast'
  | 'documentation'
  | 'benchmarking'
  | 'ipv4_in_ipv6'
  | 'nat64'
  | 'tunnel'
  | 'reserved'
  | 'not_an_address';

export interface TargetRefusal {
  code: TargetRefusalCode;
  /** For a person; names what was refused. */
  message: string;
  /** The bound that was passed, where there is one. */
  limit: number | null;
}

/** A network: the leading `bits` of `bytes` (4 or 16 of them). */
export interface Cidr {
  bytes: readonly number[];
  bits: number;
}

const words: Record<AddressClass, string> = {
  unspecified: 'is unspecified ("this host")',
  loopback: 'is loopback',
  private: 'is in a private network',
  link_local: 'is link-local',
  metadata: "is a cloud platform's metadata service",
  shared: 'is in the shared space of carrier-grade NAT',
  multicast: 'is multicast',
  broadcast: 'is broadcast',
  documentation: 'is reserved for documentation',
  benchmarking: 'is reserved for benchmarking',
  ipv4_in_ipv6: 'hides an IPv4 address inside IPv6',
  nat64: 'hides an IPv4 address behind NAT64',
  tunnel: 'hides an IPv4 address inside a tunnel (6to4, Teredo)',
  reserved: 'is reserved, not on the public internet',
  not_an_address: 'is not an IP address',
};

/**
 * IANA's special-purpose registries for IPv4 (RFC 6890 and what followed), and addresses at which clouds answer with credentials
 * to whoever asks: Azure's 168.63.129.16 lies in public space, so no general rule finds it. The first match names the class.
 */
const ipv4Refused = table([
  ['169.254.169.254/32', 'metadata'],
  ['169.254.170.2/32', 'metadata'],
  ['168.63.129.16/32', 'metadata'],
  ['100.100.100.200/32', 'metadata'],
  ['192.0.0.192/32', 'metadata'],
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link_local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['233.252.0.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
]);

/** Only for the words: outside 2000::/3 all is refused anyway. Inside it, these are what is not plain unicast. */
const ipv6Refused = table([
  ['fd00:ec2::254/128', 'metadata'],
  ['fd20:ce::254/128', 'metadata'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::/96', 'ipv4_in_ipv6'],
  ['::ffff:0:0/96', 'ipv4_in_ipv6'],
  ['::ffff:0:0:0/96', 'ipv4_in_ipv6'],
  ['64:ff9b::/96', 'nat64'],
  ['64:ff9b:1::/48', 'nat64'],
  ['fc00::/7', 'private'],
  ['fec0::/10', 'private'],
  ['fe80::/10', 'link_local'],
  ['ff00::/8', 'multicast'],
  ['2001::/32', 'tunnel'],
  ['2001:2::/48', 'benchmarking'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'tunnel'],
  ['3fff::/20', 'documentation'],
]);
const ipv6Unicast = cidr('2000::/3');

function table(rows: [string, AddressClass][]): { cidr: Cidr; kind: AddressClass }[] {
  return rows.map(([text, kind]) => ({ cidr: cidr(text), kind }));
}

/** Null where the text is not an address in its plain form: no zone, no octal or hex spelling of IPv4. */
function addressBytes(text: string): number[] | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toByteArray();
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text).toByteArray();
}

function cidr(text: string): Cidr {
  const [address = '', length, ...rest] = text.trim().split('/');
  const bytes = addressBytes(address);
  const bits = length === undefined ? (bytes?.length ?? 0) * 8 : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (!bytes || rest.length > 0 || bits < 0 || bits > bytes.length * 8) {
    throw new Error(`"${text}" is not a network: give an address and a prefix length, e.g. 10.0.0.0/8 or fd00::/8`);
  }
  return { bytes, bits };
}

function contains(network: Cidr, bytes: readonly number[]): boolean {
  if (network.bytes.length !== bytes.length) return false;
  const whole = network.bits >> 3;
  for (let i = 0; i < whole; i++) if (network.bytes[i] !== bytes[i]) return false;
  const differing = (network.bytes[whole] ?? 0) ^ (bytes[whole] ?? 0);
  return differing >> (8 - (network.bits & 7)) === 0;
}

/** Reads a list of networks (an address alone is a network of one). Throws an Error that names the entry it can't read. */
export function parseCidrs(list: readonly string[]): Cidr[] {
  return list.map(cidr);
}

/** Whether an address (in plain form) lies in one of the networks. */
export function inCidrs(address: string, networks: readonly Cidr[]): boolean {
  const bytes = addressBytes(address);
  return bytes !== null && networks.some((network) => contains(network, bytes));
}

/**
 * Null where `address` may be dialled: public unicast, or in a network that the operator allowed. IPv4 is allowed unless it is
 * special; IPv6 is refused unless it is in 2000::/3 and not special there. Takes addresses in plain form only, without brackets.
 */
export function checkAddress(address: string, allowed: readonly Cidr[]): TargetRefusal | null {
  const bytes = addressBytes(address);
  if (!bytes) return refusal(address.slice(0, 100), 'not_an_address');
  if (allowed.some((network) => contains(network, bytes))) return null;
  const refused = bytes.length === 4 ? ipv4Refused : ipv6Refused;
  const special = refused.find((row) => contains(row.cidr, bytes));
  if (special) return refusal(address, special.kind);
  return bytes.length === 16 && !contains(ipv6Unicast, bytes) ? refusal(address, 'reserved') : null;
}

function refusal(address: string, code: AddressClass): TargetRefusal {
  return { code, message: `the address ${address} ${words[code]}, and is not allowed as a target`, limit: null };
}
