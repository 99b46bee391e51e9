import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { toCurl } from './curl';

/** What a shell would hand to curl. */
const argumentsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`], {
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

test('a shell hands the very body and headers to curl, and expands nothing', () => {
  const body = `{"text":"it's $(id) \`id\` \\\\ \\n "quoted" \u00e9\u{1f6b0}"}\n$HOME`;
  const given = argumentsOf(
    toCurl({
      method: 'POST',
      url: "https://x.example/a?b='$(id)'",
      headers: { Host: 'x.example', 'X-Team': `a'b "c" $d`, 'X-Empty': '', 'Content-Length': '12' },
      body,
    }),
  );
  expect(given).toEqual(
    [
      '-sS -i -X POST'.split(' '),
      "https://x.example/a?b='$(id)'",
      ['-H', `X-Team: a'b "c" $d`],
      ['-H', 'X-Empty;'],
      ['--data-raw', body],
    ].flat(),
  );
});

test('a secret header is left out, and said to be', () => {
  const command = toCurl({
    method: 'POST',
    url: 'https://x.example/',
    headers: { Authorization: '***', 'X-Team': 'a' },
    body: '{}',
  });
  expect(argumentsOf(command)).not.toContain('Authorization: ***');
  expect(command).toContain('# left out, being secret: Authorization\n');
});

test('a body is never read as the name of a file', () => {
  expect(
    argumentsOf(toCurl({ method: 'POST', url: 'https://x.example/', headers: {}, body: '@/etc/passwd' })),
  ).toContain('--data-raw');
});
