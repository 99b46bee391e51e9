import { useEffect, type ReactNode } from 'react';
import './display.css';

/** The heading of a screen, and the document's title. */
export function Page({
  title,
  subtitle,
  actions,
  children,
}: {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ArkanPM Webhooks`;
  }, [title]);
  return (
    <div className="stack">
      <header className="ui-page-head">
        <div className="ui-page-title">
          <h1>{title}</h1>
          {subtitle ? <div className="muted">{subtitle}</div> : null}
        </div>
        {actions ? <div className="row wrap">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
