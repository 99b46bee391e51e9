import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCidrs } from './address';
import { checkScheme, checkUrl } from './url';

const codeOf = (text: string, allowed: string[] = []) => {
  const result = checkUrl(text, parseCidrs(allowed));
  return result.ok ? 'ok' : result.refusal.code;
};

describe('checkUrl', () => {
  test.each([
    'https://example.com',
    'https://example.com/hooks?tenant=1&x=%20y',
    'https://example.com:8443/a/b',
    'https://example.com./trailing-dot',
    'https://EXAMPLE.com:443/',
    'https://bücher.example/',
    'https://xn--bcher-kva.example/',
    'https://a_b.example.com/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]:8443/',
    'https://127.0.0.1.nip.io/',
  ])('takes %s', (url) => {
    expect(codeOf(url)).toBe('ok');
  });

  test.each([
    ['', 'url_invalid'],
    ['example.com/hook', 'url_invalid'],
    ['https://', 'url_invalid'],
    ['https:example.com', 'url_invalid'],
    ['https:/example.com', 'url_invalid'],
    ['https:///example.com', 'url_invalid'],
    ['https://exam ple.com/', 'url_invalid'],
    ['https://example.com/\n', 'url_invalid'],
    [' https://example.com/', 'url_invalid'],
    ['https://example.com\\@127.0.0.1/', 'url_invalid'],
    ['https://example.com:65536/', 'url_invalid'],
    ['https://example.com:x/', 'url_invalid'],
    ['https://[::1/', 'url_invalid'],
    ['https://[fe80::1%25eth0]/', 'url_invalid'],
    ['https://exam%00ple.com/', 'url_invalid'],
    ['https://1.2.3.4.5/', 'url_invalid'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'url_too_long'],
    [`https://example.com/${'ü'.repeat(700)}`, 'url_too_long'],
    ['http://example.com/', 'url_scheme'],
    ['ftp://example.com/', 'url_scheme'],
    ['javascript://example.com/', 'url_scheme'],
    ['https://user@example.com/', 'url_credentials'],
    ['https://user:pass@example.com/', 'url_credentials'],
    ['https://:@example.com/', 'url_credentials'],
    ['https://@example.com/', 'url_credentials'],
    ['https://example.com/#part', 'url_fragment'],
    ['https://example.com/#', 'url_fragment'],
    ['https://example.com:0/', 'url_port'],
    ['https://a..b/', 'url_host'],
    ['https://-a.example/', 'url_host'],
    ['https://a!b.example/', 'url_host'],
    [`https://${'a'.repeat(64)}.example/`, 'url_host'],
    [`https://${'a.'.repeat(127)}example/`, 'url_host'],
    ['https://localhost/', 'loopback'],
    ['https://LOCALHOST./', 'loopback'],
    ['https://a.localhost:8443/', 'loopback'],
    ['https://loc%61lhost/', 'loopback'],
    ['https://ｌｏｃａｌｈｏｓｔ/', 'loopback'],
    ['https://registry/', 'private_name'],
    ['https://metadata.google.internal/', 'private_name'],
    ['https://printer.local/', 'private_name'],
    ['https://nas.home.arpa./', 'private_name'],
    ['https://[::]/', 'unspecified'],
    ['https://[::ffff:8.8.8.8]/', 'ipv4_in_ipv6'],
    ['https://[64:ff9b::7f00:1]/', 'nat64'],
    ['https://[fd00:ec2::254]/', 'metadata'],
  ])('refuses %j with %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  test('an allowed network opens its addresses, and names are then left to their addresses', () => {
    expect(codeOf('https://127.0.0.1:9443/hook', ['127.0.0.0/8'])).toBe('ok');
    expect(codeOf('https://localhost:9443/hook', ['127.0.0.0/8'])).toBe('ok');
    expect(codeOf('https://localhost:9443/hook', ['10.0.0.0/8'])).toBe('loopback');
    expect(codeOf('https://receiver:9443/hook', ['10.0.0.0/8'])).toBe('ok');
    expect(codeOf('https://10.1.1.1/hook', ['127.0.0.0/8'])).toBe('private');
  });

  test('the scheme rule stands alone', () => {
    expect(checkScheme(new URL('https://example.com'))).toBeNull();
    expect(checkScheme(new URL('http://example.com'))?.code).toBe('url_scheme');
  });

  const octet = fc.integer({ min: 0, max: 255 });
  const forbidden = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
    fc.tuple(fc.constantFrom(192), fc.constantFrom(168), octet, octet),
    fc.tuple(fc.constantFrom(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.constantFrom<[number, number, number, number]>([169, 254, 169, 254], [168, 63, 129, 16]),
  );
  const spellings: ((ip: readonly number[]) => string)[] = [
    (ip) => ip.join('.'),
    (ip) => `${ip.join('.')}.`,
    (ip) => String(ip.reduce((sum, part) => sum * 256 + part, 0)),
    (ip) => `0x${ip.reduce((sum, part) => sum * 256 + part, 0).toString(16)}`,
    (ip) => `0${ip.reduce((sum, part) => sum * 256 + part, 0).toString(8)}`,
    (ip) => ip.map((part) => `0x${part.toString(16).toUpperCase()}`).join('.'),
    (ip) => ip.map((part) => `0${part.toString(8)}`).join('.'),
    (ip) => `${ip[0]}.${ip[1]}.${(ip[2] ?? 0) * 256 + (ip[3] ?? 0)}`,
    (ip) => `${ip[0]}.${(ip[1] ?? 0) * 65_536 + (ip[2] ?? 0) * 256 + (ip[3] ?? 0)}`,
    (ip) => encodeURIComponent(ip.join('.')).replace(/\d/g, (digit) => `%3${digit}`),
    (ip) => ip.join('.').replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    (ip) => ip.join('\u3002'),
    (ip) => `[::ffff:${ip.join('.')}]`,
    (ip) => `[::${ip.join('.')}]`,
    (ip) => `[64:ff9b::${ip.join('.')}]`,
    (ip) =>
      `[2002:${ip
        .map((part) => part.toString(16).padStart(2, '0'))
        .join('')
        .replace(/(....)(....)/, '$1:$2')}::1]`,
  ];

  test('no spelling of a forbidden address gets through', () => {
    fc.assert(
      fc.property(forbidden, fc.constantFrom(...spellings), fc.constantFrom('', ':443', ':8443'), (ip, spell, port) => {
        expect(codeOf(`https://${spell(ip)}${port}/hook`)).not.toBe('ok');
      }),
      { numRuns: 2_000 },
    );
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webUrl(),
          fc.string().map((s) => `https://${s}`),
        ),
        (text) => {
          expect(typeof codeOf(text)).toBe('string');
        },
      ),
    );
  });
});
