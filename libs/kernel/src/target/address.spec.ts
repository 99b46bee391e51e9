import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkAddress, inCidrs, parseCidrs } from './address';

describe('checkAddress', () => {
  test.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['100.64.0.1', 'shared'],
    ['100.127.255.255', 'shared'],
    ['100.100.100.200', 'metadata'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['168.63.129.16', 'metadata'],
    ['169.254.169.254', 'metadata'],
    ['169.254.1.1', 'link_local'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.8', 'reserved'],
    ['192.0.0.192', 'metadata'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', 'reserved'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'ipv4_in_ipv6'],
    ['::127.0.0.1', 'ipv4_in_ipv6'],
    ['::ffff:127.0.0.1', 'ipv4_in_ipv6'],
    ['::ffff:8.8.8.8', 'ipv4_in_ipv6'],
    ['::ffff:0:8.8.8.8', 'ipv4_in_ipv6'],
    ['64:ff9b::a00:1', 'nat64'],
    ['64:ff9b::8.8.8.8', 'nat64'],
    ['64:ff9b:1::a00:1', 'nat64'],
    ['100::1', 'reserved'],
    ['1::1', 'reserved'],
    ['2001::1', 'tunnel'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'tunnel'],
    ['2001:2::1', 'benchmarking'],
    ['2001:10::1', 'reserved'],
    ['2001:20::1', 'reserved'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::1', 'tunnel'],
    ['3fff:fff::1', 'documentation'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['fd12:3456::1', 'private'],
    ['fe80::1', 'link_local'],
    ['fec0::1', 'private'],
    ['ff02::1', 'multicast'],
    ['fe80::1%eth0', 'not_an_address'],
    ['0x7f.1', 'not_an_address'],
    ['2130706433', 'not_an_address'],
    ['0177.0.0.1', 'not_an_address'],
    ['127.1', 'not_an_address'],
    ['[::1]', 'not_an_address'],
    ['', 'not_an_address'],
    ['example.com', 'not_an_address'],
  ])('refuses %s as %s', (address, code) => {
    expect(checkAddress(address, [])?.code).toBe(code);
  });

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '168.63.129.15',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
    '3ffe:ffff::1',
  ])('lets %s through', (address) => {
    expect(checkAddress(address, [])).toBeNull();
  });

  test('says in words what was refused', () => {
    expect(checkAddress('169.254.169.254', [])?.message).toBe(
      "the address 169.254.169.254 is a cloud platform's metadata service, and is not allowed as a target",
    );
  });

  test('an allowed network lets its own addresses through and no others', () => {
    const allowed = parseCidrs(['127.0.0.0/8', 'fd00:1::/32', '10.1.2.128/25']);
    for (const address of ['127.0.0.1', '127.9.9.9', 'fd00:1:2::3', '10.1.2.200']) {
      expect(checkAddress(address, allowed)).toBeNull();
    }
    for (const address of ['::1', '10.1.2.127', 'fd00:2::3', '::ffff:127.0.0.1', '128.0.0.1.1']) {
      expect(checkAddress(address, allowed)).not.toBeNull();
    }
  });

  test('IPv6 that carries any IPv4 address is refused, public or not', () => {
    const prefixes = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'];
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...prefixes), (ip, prefix) => {
        expect(checkAddress(prefix + ip, [])).not.toBeNull();
      }),
    );
  });

  test('IPv6 outside 2000::/3 is refused', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        fc.pre(!/^[23][0-9a-f]{3}:/i.test(ip));
        expect(checkAddress(ip, [])).not.toBeNull();
      }),
    );
  });
});

describe('parseCidrs', () => {
  test.each([
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    'example.com',
    '',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'fe80::1%lo/64',
  ])('names the bad entry %j', (entry) => {
    expect(() => parseCidrs(['127.0.0.0/8', entry])).toThrow(`"${entry}" is not a network`);
  });

  test('takes an address alone as a network of one, and ignores host bits', () => {
    expect(inCidrs('10.0.0.5', parseCidrs(['10.0.0.5']))).toBe(true);
    expect(inCidrs('10.0.0.6', parseCidrs(['10.0.0.5']))).toBe(false);
    expect(inCidrs('10.0.0.6', parseCidrs([' 10.0.0.5/24 ']))).toBe(true);
    expect(inCidrs('1.2.3.4', parseCidrs(['0.0.0.0/0']))).toBe(true);
    expect(inCidrs('::1', parseCidrs(['0.0.0.0/0']))).toBe(false);
  });
});
