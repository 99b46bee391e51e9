import { CircleAlert, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '../api/problem';
import { Button } from './button';
import './display.css';

interface StateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** What to do next. */
  action?: ReactNode;
  /** It is all that the page has: its title is the page's. */
  isPage?: boolean;
}

/** Fills the place of what is not there: nothing yet, nothing found, not allowed, gone wrong. */
export function State({ icon, title, children, action, isPage }: StateProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div className="ui-state">
      {icon ? <div className="ui-state-icon">{icon}</div> : null}
      <Title className="ui-state-title">{title}</Title>
      {children ? <div className="muted">{children}</div> : null}
      {action ? <div className="row wrap">{action}</div> : null}
    </div>
  );
}

export function NoPermission({ children, isPage }: { children?: ReactNode; isPage?: boolean }) {
  return (
    <State icon={<Lock size={22} aria-hidden />} title="Your role does not see this" isPage={isPage ?? false}>
      {children ?? 'Ask an administrator of your tenant.'}
    </State>
  );
}

export function Failed({ error, onRetry, isPage = false }: { error: unknown; onRetry?: () => void; isPage?: boolean }) {
  if (error instanceof ApiError && error.status === 403)
    return <NoPermission isPage={isPage}>{error.message}</NoPermission>;
  const { title, detail } = messageOf(error);
  const requestId = error instanceof ApiError ? error.problem.instance : '';
  return (
    <div role="alert">
      <State
        icon={<CircleAlert size={22} aria-hidden />}
        title={title}
        isPage={isPage}
        action={onRetry ? <Button onPress={onRetry}>Try again</Button> : null}
      >
        <p>{detail}</p>
        {requestId ? <p className="faint mono">{requestId}</p> : null}
      </State>
    </div>
  );
}

/** A grey line of the size of what will come, so that nothing moves when it does. */
export function Skeleton({ width = '100%', height = 14 }: { width?: number | string; height?: number }) {
  return <span className="ui-skeleton" style={{ width, height }} aria-hidden />;
}

export function Loading({ label = 'Loading', lines = 6 }: { label?: string; lines?: number }) {
  return (
    <div className="ui-loading" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}

/** The four states of whatever a query brings. */
export function QueryView<T>({
  query,
  lines,
  children,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch(): unknown };
  lines?: number;
  children(data: T): ReactNode;
}) {
  // What was loaded once stays in sight while a later look fails; the toast and the next look tell.
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Loading {...(lines === undefined ? {} : { lines })} />;
  return <Failed error={query.error} onRetry={() => void query.refetch()} />;
}
