import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorsOf, linksOf } from '../tools/docs/markdown';

const root = resolve(import.meta.dirname, '..');
/** Those that git has or would take: not what is built or installed. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name !== '' && existsSync(join(root, name)));

const isElsewhere = (link: string) => /^[a-z][a-z0-9+.-]*:/i.test(link);

/** Why a link leads nowhere, or null. */
function fault(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
  if (relative(root, target).startsWith('..')) return `${link} leads out of the repository`;
  if (!existsSync(target)) return `${link}: no such file`;
  if (!anchor || !target.endsWith('.md')) return null;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? null : `${link}: no such heading`;
}

describe('relative links', () => {
  test('are looked for in pages that are there', () => expect(pages).toContain('README.md'));

  test.each(pages)('%s: each leads to a file, and to a heading where it names one', (page) => {
    const links = linksOf(readFileSync(join(root, page), 'utf8')).filter((link) => !isElsewhere(link));
    expect(links.flatMap((link) => fault(page, link) ?? [])).toEqual([]);
  });
});

describe('the check itself', () => {
  test('finds links, and leaves code alone', () =>
    expect(linksOf('[a](b.md#c "t") ![i](<d.png>)\n`[x](y)`\n```\n[n](m)\n```\n[r]: e.md')).toEqual([
      'b.md#c',
      'd.png',
      'e.md',
    ]));

  test('knows headings as they are linked to', () =>
    expect([...anchorsOf("# What's `new`?\n## Twice\n## Twice")]).toEqual(['whats-new', 'twice', 'twice-1']));

  test('tells what is wrong', () => {
    expect(fault('README.md', 'nowhere.md')).toMatch(/no such file/);
    expect(fault('README.md', '../x.md')).toMatch(/out of the repository/);
    expect(fault('docs/receiving.md', '#nothing')).toMatch(/no such heading/);
    expect(fault('docs/receiving.md', '#verifying')).toBeNull();
  });
});
