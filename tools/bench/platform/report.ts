import { cpus, totalmem } from 'node:os';

export const argument = (name: string): string | undefined =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;

export const quick = process.argv.includes('--quick');

const only = argument('--only')?.split(',');
/** Whether this part of the benchmark is asked for. */
export const wants = (part: string): boolean => !only || only.includes(part);

export const machine = {
  cores: cpus().length,
  model: cpus()[0]?.model,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
