import { BookOpen, Webhook } from 'lucide-react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { State } from '../../ui/states';

const steps = [
  ['Give an address', 'An HTTPS URL of yours that takes POSTs.'],
  ['Choose events', 'Single types or whole modules; each shows what it carries.'],
  ['Verify the signature', 'With the secret that you get, in some lines of code.'],
  ['Send a test event', 'And see your answer here, header by header.'],
] as const;

export function FirstWebhook({ add }: { add: ReactNode }) {
  const navigate = useNavigate();
  const to = usePaths();
  return (
    <div className="card">
      <State
        icon={<Webhook size={22} aria-hidden />}
        title="Send your first event"
        action={
          <>
            {add}
            <Button icon={<BookOpen size={16} aria-hidden />} onPress={() => void navigate(to.catalog())}>
              See the events
            </Button>
          </>
        }
      >
        A webhook tells a system of yours, within a second, what happens in ArkanPM.
      </State>
      <ol className="webhooks-steps">
        {steps.map(([title, text]) => (
          <li key={title}>
            <h3>{title}</h3>
            <p className="muted">{text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
