import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { services } from './database/roles.mjs';
import { commandMissing, whereThere } from './jest/where';

const root = resolve(import.meta.dirname, '..');
const files = ['docker-compose.yml', 'docker-compose.standalone.yml'];

/** The variables without which a file says that they are missing. */
function wantedBy(file: string): string[] {
  const found = readFileSync(resolve(root, file), 'utf8').matchAll(/\$\{(\w+):\?/g);
  return [...new Set([...found].map((match) => match[1]!))];
}

function config(file: string, env: Record<string, string>): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('docker-compose', ['-f', file, 'config'], {
    cwd: root,
    env: { PATH: process.env.PATH!, ...env },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

test.each(files)('%s has no secret of its own, and a place for each', (file) => {
  const text = readFileSync(resolve(root, file), 'utf8');
  for (const line of text.split('\n').filter((one) => /(PASSWORD|_KEY|_KEY_PREVIOUS|_URL):/.test(one)))
    expect(line).toMatch(/\$\{|\/certificates\/node\.key/);
});

whereThere(
  'docker-compose config',
  commandMissing('docker-compose', ['version'], 'Debian: apt-get install docker-compose'),
  () => {
    describe.each(files)('%s', (file) => {
      const wanted = wantedBy(file);
      const all = Object.fromEntries(wanted.map((name) => [name, `${name.toLowerCase()}0123456789`]));

      test('is valid, with every setting in its place', () => {
        const { status, said } = config(file, all);
        expect([status, said]).toEqual([0, expect.any(String)]);
        for (const value of Object.values(all)) expect(said).toContain(value);
      });

      test.each(wanted)('does not start without %s, and names it', (name) => {
        const { status, said } = config(file, { ...all, [name]: '' });
        expect(status).not.toBe(0);
        expect(said).toContain(name);
      });
    });

    test('each service of docker-compose.yml is given its own role and no other password', () => {
      const wanted = wantedBy('docker-compose.yml');
      const all = Object.fromEntries(wanted.map((name) => [name, `${name.toLowerCase()}0123456789`]));
      const { said } = config('docker-compose.yml', all);
      // A block of the file for each service: its name, then everything that is indented further.
      const blockOf = (service: string) => new RegExp(`\\n  ${service}:\\n((?: {4}.*\\n)+)`).exec(said)![1]!;
      const passwords = Object.entries(all).filter(([name]) => name.endsWith('PASSWORD'));
      for (const service of services) {
        const given = passwords.filter(([, value]) => blockOf(service).includes(value)).map(([name]) => name);
        const own = `${service.toUpperCase()}_DATABASE_PASSWORD`;
        const needsStore = service === 'registry' || service === 'catalog';
        expect([service, given.sort()]).toEqual([
          service,
          [own, ...(needsStore ? ['EVENTSTORE_PASSWORD'] : [])].sort(),
        ]);
      }
    });
  },
);
