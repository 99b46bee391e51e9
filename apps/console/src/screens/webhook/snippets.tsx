import { useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { CodeBlock } from '../../ui/code-block';
import { Segments } from '../../ui/segments';
import { QueryView } from '../../ui/states';

/** The very programs that docs/receiving holds and tests: one source. Each is loaded when it is chosen. */
const programs = {
  node: { label: 'Node', load: () => import('@receiving/receiver.mjs?raw') },
  python: { label: 'Python', load: () => import('@receiving/receiver.py?raw') },
  go: { label: 'Go', load: () => import('@receiving/receiver.go?raw') },
  java: { label: 'Java', load: () => import('@receiving/Receiver.java?raw') },
  csharp: { label: 'C#', load: () => import('@receiving/Receiver.cs?raw') },
  php: { label: 'PHP', load: () => import('@receiving/receiver.php?raw') },
  ruby: { label: 'Ruby', load: () => import('@receiving/receiver.rb?raw') },
  shell: { label: 'Shell', load: () => import('@receiving/verify.sh?raw') },
} as const;
type Language = keyof typeof programs;
const languages = Object.keys(programs) as Language[];

export function Snippets() {
  const [language, setLanguage] = useQueryState('language', parseAsStringLiteral(languages).withDefault('node'));
  const query = useQuery({
    queryKey: ['snippet', language],
    queryFn: async () => (await programs[language].load()).default,
    staleTime: Infinity,
  });
  return (
    <section className="card padded stack" aria-label="Verify signatures">
      <div>
        <h2>Verify signatures</h2>
        <p className="muted">
          A whole receiver with nothing but the standard library: it bounds the body, verifies both signatures and the
          time, dedupes, and answers at once. It takes the secret from WEBHOOK_SECRET.
        </p>
      </div>
      <div className="webhook-languages">
        <Segments
          label="Language"
          value={language}
          onChange={(value) => void setLanguage(value)}
          segments={languages.map((value) => ({ value, label: programs[value].label }))}
        />
      </div>
      <QueryView query={query}>
        {(text) => <CodeBlock text={text} label={`Receiver in ${programs[language].label}`} />}
      </QueryView>
    </section>
  );
}
