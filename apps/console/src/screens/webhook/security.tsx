import { Checker } from './checker';
import type { Webhook } from './queries';
import { SecretCard } from './secret-card';
import { Snippets } from './snippets';

export function Security({ webhook }: { webhook: Webhook }) {
  return (
    <div className="stack">
      <SecretCard webhook={webhook} />
      <Snippets />
      <Checker />
    </div>
  );
}
