import { BookOpen, Webhook } from 'lucide-react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { State } from '../../ui/states';

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
    </div>
  );
}
