/** Shows that the module-boundary rule bites: a forbidden import, linted in place of a real file, must be refused. */
import { ESLint } from 'eslint';

const forbidden = [
  [
    'libs/registry/domain/src/forbidden.ts',
    "import { createPostgresBus } from '@arkan/adapter-postgres';\nexport const made = createPostgresBus;\n",
  ],
  [
    'libs/registry/feature/src/forbidden.ts',
    "import { nextAttempt } from '@arkan/dispatcher-domain';\nexport const made = nextAttempt;\n",
  ],
  [
    'libs/dispatcher/domain/src/forbidden.ts',
    "import { Injectable } from '@nestjs/common';\nexport const made = Injectable;\n",
  ],
  [
    'apps/console/src/forbidden.ts',
    "import { nextAttempt } from '@arkan/dispatcher-domain';\nexport const made = nextAttempt;\n",
  ],
];

// Types are not what is looked at here, and a file that does not exist is in no TypeScript project.
const eslint = new ESLint({
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false } },
    rules: Object.fromEntries(
      ['no-floating-promises', 'switch-exhaustiveness-check'].map((rule) => [`@typescript-eslint/${rule}`, 'off']),
    ),
  },
});
let open = 0;
for (const [filePath, code] of forbidden) {
  const [result] = await eslint.lintText(code, { filePath });
  const refused = result.messages.some(
    (message) => message.ruleId === '@nx/enforce-module-boundaries' && message.severity === 2,
  );
  if (refused) continue;
  console.error(
    `the walls are open: ${filePath} may ${code.split('\n')[0]} ${result.messages.map((message) => message.message).join('; ')}`,
  );
  open++;
}
if (open === 0) console.log(`The module boundaries hold: ${forbidden.length} forbidden imports were refused.`);
process.exit(open === 0 ? 0 : 1);
