import { NavLink } from 'react-router';
import type { Schemas } from '../../api/client';
import { usePaths } from '../../app/links';
import { Badge } from '../../ui/status';
import type { Module } from './modules';
import { subscribersOf } from './subscribers';

interface Props {
  modules: Module[];
  chosen: string | null;
  webhooks: Schemas['Webhook'][] | undefined;
  /** Kept in the links, so that the list stays as it was filtered. */
  query: string;
}

export function TypeList({ modules, webhooks, query }: Props) {
  const to = usePaths();
  const search = query === '' ? '' : `?${new URLSearchParams({ q: query }).toString()}`;
  return (
    <nav aria-label="Event types" className="catalog-nav card">
      {modules.map(({ module, types }) => (
        <section key={module} aria-label={module}>
          <h2 className="catalog-module">
            {module} <span className="faint">{types.length}</span>
          </h2>
          <ul>
            {types.map((type) => {
              const count = webhooks ? subscribersOf(type, webhooks).length : 0;
              return (
                <li key={type.type}>
                  <NavLink to={`${to.catalog(type.type)}${search}`} className="catalog-link">
                    <span className="catalog-link-text">
                      <span className="truncate">{type.title}</span>
                      <span className="faint mono truncate">{type.type}</span>
                    </span>
                    {type.deprecatedAt ? <Badge tone="warn">deprecated</Badge> : null}
                    {count > 0 ? (
                      <span className="catalog-count">
                        {count}
                        <span className="visually-hidden"> {count === 1 ? 'webhook' : 'webhooks'}</span>
                      </span>
                    ) : null}
                  </NavLink>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </nav>
  );
}
