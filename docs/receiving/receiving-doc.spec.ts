import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createSigningKey, defaultRetryPolicy, signatureHeaders } from '@arkan/dispatcher-domain';
import { previewRetries } from '@arkan/kernel';
import { Webhook } from 'standardwebhooks';
import { newGeneratedSecret, newOwnSecret, signByHand, signByPlatform, withHeader, type Secret } from './deliveries';
import type { Delivery } from './programs';

const document = readFileSync(join(import.meta.dirname, '..', 'receiving.md'), 'utf8');
/** Cells of the table rows whose first cell matches, without the code marks. */
const rows = (first: RegExp) =>
  document
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    ) // prettier-ignore
    .filter(([cell]) => first.test(cell ?? ''));

describe('docs/receiving.md', () => {
  const body = Buffer.from(/^\{"id":"evt_1001".*"\}\}$/m.exec(document)?.[0] ?? '', 'utf8');
  const examples = rows(/^(whsec_AAEC|an-example)/);

  test('has an example for each kind of secret', () => {
    expect(body.length).toBe(Number(/the body \((\d+) bytes/.exec(document)?.[1]));
    expect(examples).toHaveLength(2);
  });

  test.each(examples)('gives for the secret %s the signatures that the platform sends', (secret, plain, standard) => {
    const [, id = ''] = /`webhook-id` `(dlv_\w+)` and/.exec(document) ?? [];
    const [, seconds = ''] = /`webhook-timestamp` `(\d+)`:/.exec(document) ?? [];
    const keys = [createSigningKey(secret ?? '')] as const;
    expect(signatureHeaders({ keys, messageId: id, nowMs: Number(seconds) * 1000, body })).toEqual([
      ...['X-Signature', plain],
      ...['webhook-id', id],
      ...['webhook-timestamp', seconds],
      ...['webhook-signature', standard],
    ]);
  });

  test('gives the waits that the platform keeps', () => {
    const inWords = (ms: number) => {
      const seconds = Math.round(ms / 1000);
      const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      return parts.map((n, i) => (n > 0 ? `${n} ${['h', 'min', 's'][i]} ` : '')).join('').trim(); // prettier-ignore
    };
    const { jitter, retryCount } = defaultRetryPolicy;
    const offsets = previewRetries(defaultRetryPolicy, 15);
    const expected = offsets.map((offset, i) => {
      const wait = offset - (offsets[i - 1] ?? 0);
      const between = `${inWords(wait * (1 - jitter))} – ${inWords(wait * (1 + jitter))}`;
      return [String(i + 1), inWords(wait), between, inWords(offset)];
    });
    expect(rows(/^\d+$/)).toEqual(expected);
    expect(document).toContain(`A webhook has ${retryCount} retries unless set otherwise (0 to 15)`);
  });
});

/** What the libraries want as their key, as the document says. */
const libraryKey = ({ text }: Secret) =>
  text.startsWith('whsec_') ? text : Buffer.from(text, 'utf8').toString('base64');
const headersOf = ({ headers }: Delivery): Record<string, string> =>
  Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), headers[i + 1] ?? '']] : [])));

const secrets = [newGeneratedSecret(), newOwnSecret(16), newOwnSecret(128)];
const deliveries = secrets.flatMap((secret) =>
  [signByHand, signByPlatform].flatMap((sign) => [
    { name: `${sign.name}, ${secret.kind}`, secret, delivery: sign({ secret }) },
    {
      name: `${sign.name}, ${secret.kind}, in a rotation to another`,
      secret,
      delivery: sign({ secret: newGeneratedSecret(), previous: secret }),
    },
  ]),
);
const tampered = (delivery: Delivery) => ({ ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) });
const wrong = secrets.flatMap((secret) => [
  { name: `another body, ${secret.kind}`, secret, delivery: tampered(signByPlatform({ secret })) },
  {
    name: `another id, ${secret.kind}`,
    secret,
    delivery: withHeader(signByPlatform({ secret }), 'webhook-id', (id) => `${id}0`),
  },
  { name: `too old, ${secret.kind}`, secret, delivery: signByPlatform({ secret, offsetSeconds: -302 }) },
]);

describe('the library standardwebhooks of npm', () => {
  const verify = (secret: Secret, delivery: Delivery) =>
    new Webhook(libraryKey(secret)).verify(delivery.body, headersOf(delivery));

  test.each(deliveries)('takes $name', ({ secret, delivery }) => {
    expect(verify(secret, delivery)).toEqual(JSON.parse(delivery.body.toString('utf8')));
  });
  test.each(wrong)('refuses $name', ({ secret, delivery }) => {
    expect(() => verify(secret, delivery)).toThrow(/No matching signature|too old/);
  });
});

describe('the library standardwebhooks of PyPI', () => {
  /** Where it is installed for the tests: `pip install --target .cache/python standardwebhooks==1.1.0`. */
  const folder = join(import.meta.dirname, '..', '..', '.cache', 'python');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const options = { env, encoding: 'utf8' as const, timeout: 60_000 };
  const isThere = spawnSync('python3', ['-c', 'import standardwebhooks'], options).status === 0;
  const script = `
import base64, json, sys
from standardwebhooks import Webhook, WebhookVerificationError
def verify(case):
    try:
        return Webhook(case["key"]).verify(base64.b64decode(case["body"]), case["headers"])
    except WebhookVerificationError as error:
        return str(error)
json.dump([verify(case) for case in json.load(sys.stdin)], sys.stdout)
`;
  const verifyAll = (cases: { secret: Secret; delivery: Delivery }[]): unknown[] => {
    const input = cases.map(({ secret, delivery }) => ({
      key: libraryKey(secret),
      body: delivery.body.toString('base64'),
      headers: headersOf(delivery),
    }));
    return JSON.parse(execFileSync('python3', ['-c', script], { ...options, input: JSON.stringify(input) })) as [];
  };
  const why = isThere ? '' : ', not run: python3 or its package standardwebhooks is not there';
  const check = isThere || process.env.CI === 'true' ? test : test.skip;

  check(`takes what is right and refuses what is not${why}`, () => {
    const verdicts = verifyAll([...deliveries, ...wrong]);
    expect(verdicts.slice(0, deliveries.length)).toEqual(
      deliveries.map(({ delivery }) => JSON.parse(delivery.body.toString('utf8'))),
    );
    for (const verdict of verdicts.slice(deliveries.length)) expect(verdict).toMatch(/No matching signature|too old/i);
  });
});
