import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newGeneratedSecret, newOwnSecret, sampleBody, signByHand, signByPlatform, withHeader } from './deliveries';
import { buildProgram, missingCommands, programs, startReceiver, type Delivery, type Receiver } from './programs';

const bodyMaxBytes = 1024 * 1024;
const signers = [
  { by: 'by hand', sign: signByHand },
  { by: 'by the platform', sign: signByPlatform },
];
const secrets = [newGeneratedSecret(), newOwnSecret(16), newOwnSecret(64), newOwnSecret(65), newOwnSecret(128)];
const present = newGeneratedSecret();
const previous = newOwnSecret(16);
const stranger = newGeneratedSecret();

/** Another character of the same alphabet in the middle of a signature. */
const otherMiddle = (text: string) => {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
};
const right = () => signByHand({ secret: present });

/** What must be refused, with the status; each is made from a right delivery that is fresh. */
const refused: [name: string, status: number, make: () => Delivery & { id: string }][] = [
  ['a body with another byte', 401, () => ({ ...right(), body: Buffer.concat([sampleBody(), Buffer.from(' ')]) })],
  ['no body', 401, () => ({ ...right(), body: Buffer.alloc(0) })],
  ['another X-Signature', 401, () => withHeader(right(), 'X-Signature', otherMiddle)],
  ['a shortened X-Signature', 401, () => withHeader(right(), 'X-Signature', (text) => text.slice(0, -1))],
  ['another webhook-signature', 401, () => withHeader(right(), 'webhook-signature', otherMiddle)],
  ['a shortened webhook-signature', 401, () => withHeader(right(), 'webhook-signature', (text) => text.slice(0, -1))],
  ['an empty v1 signature', 401, () => withHeader(right(), 'webhook-signature', () => 'v1,')],
  [
    'a signature of another version',
    401,
    () => withHeader(right(), 'webhook-signature', (text) => `v2${text.slice(2)}`),
  ],
  ['a signature that is not ASCII', 401, () => withHeader(right(), 'webhook-signature', () => 'v1,é')],
  [
    'the timestamp of another second',
    401,
    () => withHeader(right(), 'webhook-timestamp', (text) => `${Number(text) - 1}`),
  ],
  ['the id of another delivery', 401, () => ({ ...withHeader(right(), 'webhook-id', (text) => `${text}0`) })],
  ['the signatures of a secret that is not its own', 401, () => signByHand({ secret: stranger })],
  ['signatures of two secrets that are not its own', 401, () => signByHand({ secret: stranger, previous })],
  ['a signing time more than 5 minutes ago', 401, () => signByHand({ secret: present, offsetSeconds: -302 })],
  ['a signing time more than 5 minutes ahead', 401, () => signByHand({ secret: present, offsetSeconds: 330 })],
  ['no webhook-id', 400, () => withHeader(right(), 'webhook-id', () => null)],
  ['no webhook-timestamp', 400, () => withHeader(right(), 'webhook-timestamp', () => null)],
  ['no webhook-signature', 400, () => withHeader(right(), 'webhook-signature', () => null)],
  ['no X-Signature', 400, () => withHeader(right(), 'X-Signature', () => null)],
  ['a timestamp that is a date', 400, () => withHeader(right(), 'webhook-timestamp', () => new Date().toISOString())],
  ['a negative timestamp', 400, () => withHeader(right(), 'webhook-timestamp', (text) => `-${text}`)],
  ['a timestamp past all numbers', 400, () => withHeader(right(), 'webhook-timestamp', () => '9'.repeat(30))],
];

for (const program of programs) {
  const missing = missingCommands(program.commands);
  const name = `${program.language} receiver`;
  if (missing.length > 0) {
    const why = `not run: no ${missing.join(', ')} on the PATH (Debian: ${program.packages})`;
    const isWanted = process.env.CI === 'true';
    (isWanted ? test : test.skip)(`${name}: ${why}`, () => {
      throw new Error(why);
    });
    continue;
  }

  describe(name, () => {
    let folder = '';
    let receiver: Receiver;
    beforeAll(async () => {
      folder = await buildProgram(program);
      receiver = await startReceiver(program, folder, present.text);
    }, 180_000);
    afterAll(async () => {
      await receiver?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** A right one that comes later shows that whatever came before it has been dealt with. */
    const untilAllDealtWith = async () => {
      const later = right();
      expect(await receiver.send(later)).toBe(204);
      await receiver.untilPrinted(`processed ${later.id}`);
    };

    test.each(secrets)('takes what is signed with $kind', async (secret) => {
      const own = await startReceiver(program, folder, secret.text);
      try {
        for (const { sign } of signers) {
          const delivery = sign({ secret });
          expect(await own.send(delivery)).toBe(204);
          await own.untilPrinted(`processed ${delivery.id}`);
        }
      } finally {
        await own.stop();
      }
    });

    test.each(signers)(
      'takes what is signed $by with its secret while a rotation to or from it lasts',
      async ({ sign }) => {
        for (const pair of [
          { secret: stranger, previous: present },
          { secret: present, previous },
        ]) {
          const delivery = sign(pair);
          expect(await receiver.send(delivery)).toBe(204);
          await receiver.untilPrinted(`processed ${delivery.id}`);
        }
      },
    );

    test('takes a clock that is almost 5 minutes off, either way', async () => {
      expect(await receiver.send(signByHand({ secret: present, offsetSeconds: -270 }))).toBe(204);
      expect(await receiver.send(signByHand({ secret: present, offsetSeconds: 270 }))).toBe(204);
    });

    test.each(refused)('refuses %s with %i and does not work on it', async (_, status, make) => {
      const delivery = make();
      expect(await receiver.send(delivery)).toBe(status);
      await untilAllDealtWith();
      expect(receiver.printed(delivery.id)).toEqual([]);
    });

    test('takes a body of 1 MiB and refuses a longer one', async () => {
      const largest = signByHand({ secret: present, body: Buffer.alloc(bodyMaxBytes, 'x') });
      expect(await receiver.send(largest)).toBe(204);
      const tooLong = signByHand({ secret: present, body: Buffer.alloc(bodyMaxBytes + 1, 'x') });
      // 0: it closed the connection while the rest of the body was on its way, and the answer was lost with it.
      expect([413, 0]).toContain(await receiver.send(tooLong));
      await untilAllDealtWith();
      expect(receiver.printed(tooLong.id)).toEqual([]);
    });

    test('outlives a connection that breaks off in the middle of a body', async () => {
      const broken = signByHand({ secret: present, body: Buffer.alloc(bodyMaxBytes, 'x') });
      await receiver.breakOff(broken);
      await untilAllDealtWith();
      await untilAllDealtWith();
      expect(receiver.printed(broken.id)).toEqual([]);
    });

    test('works once on a delivery that comes again, later or at the same time', async () => {
      const first = right();
      expect(await receiver.send(first)).toBe(204);
      expect(await receiver.send(signByHand({ secret: present, id: first.id, offsetSeconds: 1 }))).toBe(204);
      await untilAllDealtWith();
      expect(receiver.printed(first.id)).toEqual([`processed ${first.id}`, `duplicate ${first.id}`]);

      const many = right();
      const statuses = await Promise.all(Array.from({ length: 6 }, () => receiver.send(many)));
      expect(new Set(statuses)).toEqual(new Set([204]));
      await untilAllDealtWith();
      expect(receiver.printed(many.id).filter((line) => line.startsWith('processed'))).toHaveLength(1);
    });

    test('keeps a refused id free for the right delivery', async () => {
      const delivery = right();
      expect(await receiver.send(withHeader(delivery, 'X-Signature', otherMiddle))).toBe(401);
      expect(await receiver.send(delivery)).toBe(204);
      await receiver.untilPrinted(`processed ${delivery.id}`);
    });

    test.each(['', 'whsec_', 'whsec_not Base64!'])(
      'takes nothing with the secret %j, whose key would be empty',
      async (text) => {
        const started = await startReceiver(program, folder, text).catch(() => null);
        const keys = { plainKey: Buffer.from(text), standardKey: Buffer.alloc(0) };
        try {
          const forged = signByHand({ secret: { kind: 'forged', text, ...keys } });
          expect([500, 'did not start']).toContain((await started?.send(forged)) ?? 'did not start');
        } finally {
          await started?.stop();
        }
      },
    );
  });
}
