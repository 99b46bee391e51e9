import type { Plugin } from 'vite';

/**
 * The console speaks English; react-aria's own words (for screen readers) come in 34 languages, and would be mixed into it by the
 * browser's. Keeps the English ones. Formats of numbers and times stay those of the person.
 */
export function englishOnly(): Plugin {
  return {
    name: 'english-only',
    transform: {
      filter: { id: /node_modules\/react-aria[^/]*\/.*\/intlStrings\.mjs$/ },
      handler(code) {
        const english = /from ["']([^"']*\/en-US\.mjs)["']/.exec(code)?.[1];
        if (english === undefined) return this.error('react-aria keeps its words elsewhere now: mend english.ts');
        return { code: `import words from "${english}";\nexport default { "en-US": words };\n`, map: null };
      },
    },
  };
}
