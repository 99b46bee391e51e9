import { describe, expect, test } from '@jest/globals';
import { parseCidrs } from '@arkan/kernel';
import { createTargetCheck, type Resolve } from './target-check';

const names: Record<string, string[]> = {
  'public.example': ['93.184.216.34', '2606:2800:220:1::1'],
  'rebound.example': ['93.184.216.34', '10.0.0.7'],
  'metadata.example': ['169.254.169.254'],
};
const resolve: Resolve = async (name) => {
  const found = names[name];
  if (!found) throw new Error('ENOTFOUND');
  return found;
};

describe('the check of a target', () => {
  test.each([
    { url: 'https://public.example/hook', code: null },
    { url: 'https://public.example./hook', code: null },
    { url: 'https://unknown.example/hook', code: null },
    { url: 'https://rebound.example/hook', code: 'blocked_address' },
    { url: 'https://metadata.example/hook', code: 'blocked_address' },
    { url: 'http://public.example/hook', code: 'url_scheme' },
    { url: 'https://0x7f.1/', code: 'loopback' },
    { url: 'https://user:pw@public.example/', code: 'url_credentials' },
    { url: 'https://[::ffff:10.0.0.1]/', code: 'ipv4_in_ipv6' },
  ])('of $url answers $code', async ({ url, code }) => {
    const errors = await createTargetCheck({ allowed: [], resolve })(url);
    expect(errors.map((error) => error.code)).toEqual(code === null ? [] : [code]);
    expect(errors.every((error) => error.pointer === '/url')).toBe(true);
  });

  test('takes a private address that the operator allows', async () => {
    const check = createTargetCheck({ allowed: parseCidrs(['10.0.0.0/8']), resolve });
    expect(await check('https://rebound.example/')).toEqual([]);
    expect(await check('https://10.1.2.3/')).toEqual([]);
  });

  test('does not wait for a name server that does not answer, nor pile up behind it', async () => {
    let asked = 0;
    const check = createTargetCheck({
      allowed: [],
      resolve: () => {
        asked++;
        return new Promise(() => undefined);
      },
    });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => check(`https://${name}.example/`)));
    expect(answers).toEqual([[], [], [], []]);
    expect(asked).toBe(2);
  });
});
