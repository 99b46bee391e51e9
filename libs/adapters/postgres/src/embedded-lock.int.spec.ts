import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockDirectory, processesIn, processStart } from './embedded-lock';

const stale = (token: number) => JSON.stringify({ pid: process.ppid, startedAt: 'long ago', token });
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'arkan-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function race(starters: number): Promise<(() => Promise<void>)[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: starters }, () => lockDirectory(directory)));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason.fault).toBe('data_dir_in_use');
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

describe('the lock of a folder', () => {
  test.each([
    ['that is free', []],
    ['with a stale lock', ['postgres.lock']],
    ['with a stale lock and a takeover that was cut short', ['postgres.lock', 'postgres.lock.takeover']],
  ])('goes to exactly one of many starters in a folder %s, round after round', async (_, left) => {
    for (let round = 0; round < 20; round++) {
      for (const file of left) await writeFile(join(directory, file), stale(round));
      const winners = await race(8);
      expect(winners).toHaveLength(1);
      expect(await readdir(directory)).toEqual(['postgres.lock']);
      for (const release of winners) await release();
      expect(await readdir(directory)).toEqual([]);
    }
  });

  test('that can not be taken over says which file to remove', async () => {
    for (const file of ['postgres.lock', 'postgres.lock.takeover', 'postgres.lock.takeover.takeover']) {
      await writeFile(join(directory, file), stale(0));
    }
    await expect(lockDirectory(directory)).rejects.toThrow(/the lock .*postgres.lock.takeover.* is stuck; remove it/);
  });

  test('that a crash of the machine left empty or cut is taken over', async () => {
    for (const content of ['', '{"pid":', 'null', '{"pid":0}']) {
      await writeFile(join(directory, 'postgres.lock'), content);
      await (
        await lockDirectory(directory)
      )();
    }
  });
});

test('a process is known by its start, and one that is gone has none', async () => {
  expect(await processStart(process.pid)).toBe(await processStart(process.pid));
  expect(await processStart(process.pid)).not.toBe(await processStart(process.ppid));
  expect(await processStart(2 ** 22 + 1)).toBeNull();
  if (process.platform === 'linux') expect(await processesIn(process.cwd())).toContain(process.pid);
});
