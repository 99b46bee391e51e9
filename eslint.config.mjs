import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom. The walls of docs/architecture.md; a change of this table is an ADR. */
const depConstraints = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:ports', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:contract-suite', onlyDependOnLibsWithTags: ['type:kernel', 'type:ports'] },
  {
    sourceTag: 'type:adapter',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:ports', 'type:contract-suite', 'type:testing'],
  },
  {
    sourceTag: 'type:runtime',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts', 'type:ports', 'type:testing'],
  },
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:domain'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', 'kafkajs', '@eventstore/*', 'undici', 'fastify'],
  },
  {
    sourceTag: 'type:persistence',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:domain',
      'type:contracts',
      'type:ports',
      'type:runtime',
      'type:testing',
    ],
  },
  {
    sourceTag: 'type:feature',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:domain',
      'type:persistence',
      'type:contracts',
      'type:ports',
      'type:runtime',
      'type:testing',
    ],
    bannedExternalImports: ['kafkajs', '@eventstore/*'],
  },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:kernel', 'type:ports', 'type:adapter'] },
  {
    sourceTag: 'type:composition',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:ports',
      'type:adapter',
      'type:runtime',
      'type:testing',
    ],
  },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:ports',
      'type:runtime',
      'type:composition',
      'type:feature',
      'type:persistence',
      'type:testing',
      'type:app',
    ],
  },
  {
    sourceTag: 'type:console',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', 'kafkajs', '@eventstore/*', 'undici', 'fastify'],
  },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts', 'type:testing'] },
  ...['registry', 'catalog', 'dispatcher', 'notifier'].map((service) => ({
    sourceTag: `scope:${service}`,
    onlyDependOnLibsWithTags: [`scope:${service}`, 'scope:shared'],
  })),
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.cache/**', '.data/**', '**/*.gen.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'tools/**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: [], enforceBuildableLibDependency: false, depConstraints }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['apps/console/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // The kernel's types need Node's; the browser has neither.
      'no-restricted-globals': ['error', 'Buffer', 'process', 'global'],
    },
  },
);
