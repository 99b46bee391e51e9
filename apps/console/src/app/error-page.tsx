import { Compass, RotateCw } from 'lucide-react';
import { isRouteErrorResponse, useNavigate, useRouteError } from 'react-router';
import { Button } from '../ui/button';
import { Failed, State } from '../ui/states';

export function NotFound() {
  const navigate = useNavigate();
  return (
    <State
      icon={<Compass size={22} aria-hidden />}
      title="There is no such page"
      isPage
      action={<Button onPress={() => void navigate('/')}>Go to the webhooks</Button>}
    >
      The address may be old, or something was left out of it.
    </State>
  );
}

/** A chunk of an earlier version is gone once a new one is deployed: only loading the page anew helps. */
const isStale = (error: unknown) => error instanceof TypeError && /import|module|fetch/i.test(error.message);

/** What a screen throws ends here; the navigation around it stays. */
export function ErrorPage() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  if (isStale(error)) {
    return (
      <State
        icon={<RotateCw size={22} aria-hidden />}
        title="A newer version is there"
        isPage
        action={
          <Button look="primary" onPress={() => location.reload()}>
            Load it
          </Button>
        }
      >
        The console was changed while this page was open.
      </State>
    );
  }
  return <Failed isPage error={error} onRetry={() => location.reload()} />;
}
