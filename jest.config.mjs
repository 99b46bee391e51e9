import { readFileSync } from 'node:fs';
import { kafkaMissing } from './tools/kafka/broker.mjs';

const { compilerOptions } = JSON.parse(readFileSync(new URL('./tsconfig.base.json', import.meta.url), 'utf8'));

/** One source of the aliases: tsconfig.base.json. */
const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [`^${alias}$`, `<rootDir>/${file.slice(2)}`]),
);

/** What every project has. */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
      },
    ],
  },
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
};

/** The black-box suite again, on four services; what is about one process stays out. Where no broker can run, only the word of it. */
const clusterTests = (await kafkaMissing())
  ? { testMatch: ['<rootDir>/apps/e2e/src/cluster/missing.ts'] }
  : {
      testMatch: ['<rootDir>/apps/e2e/src/**/*.e2e.spec.ts'],
      // The console wants all services on one origin: there is no gateway before the four yet.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/apps/e2e/src/(standalone|console)/'],
    };

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  reporters: ['default', '<rootDir>/tools/jest/not-run-reporter.mjs'],
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: [
    {
      ...common,
      displayName: 'standalone',
      globals: { arkanProfile: 'standalone' },
      testMatch: ['<rootDir>/{apps,libs,tools,docs}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/apps/e2e/src/cluster/'],
      globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
    },
    {
      ...common,
      ...clusterTests,
      displayName: 'cluster',
      globals: { arkanProfile: 'cluster' },
      globalSetup: '<rootDir>/tools/jest/cluster-setup.mjs',
    },
  ],
};
