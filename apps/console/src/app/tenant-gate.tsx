import { useQuery } from '@tanstack/react-query';
import { Building2, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, Outlet, useParams } from 'react-router';
import { createApi } from '../api/client';
import { tenantsQuery } from '../api/queries';
import { useSession } from '../api/session';
import { TenantContext } from '../api/tenant';
import { SearchField } from '../ui/field';
import { QueryView, State } from '../ui/states';
import { AccountMenu } from './account-menu';
import { paths } from './paths';
import './shell.css';

/** The tenant is in the address; an operator's calls name it, everybody else has one only. */
export function TenantGate() {
  const { tenantId = '' } = useParams();
  const session = useSession();
  const isOperator = session.tenantId === null;
  const tenant = useMemo(() => ({ tenantId, api: createApi(isOperator ? tenantId : null) }), [tenantId, isOperator]);
  if (!isOperator && session.tenantId !== tenantId) return <OtherTenant own={session.tenantId!} />;
  return (
    <TenantContext value={tenant}>
      <Outlet />
    </TenantContext>
  );
}

function OtherTenant({ own }: { own: string }) {
  return (
    <main className="app-alone">
      <State title="This address belongs to another tenant" action={<Link to={paths(own).webhooks}>Go to yours</Link>}>
        You are signed in for {own}. Ask for an access there, or sign in with a key of that tenant.
      </State>
    </main>
  );
}

/** For operators: whose webhooks? */
export function TenantChooser() {
  const tenants = useQuery(tenantsQuery);
  const [text, setText] = useState('');
  return (
    <main className="app-alone">
      <div className="app-chooser stack">
        <div className="row">
          <h1>Choose a tenant</h1>
          <span className="spacer" />
          <AccountMenu />
        </div>
        <SearchField label="Search tenants" value={text} onChange={setText} />
        <QueryView query={tenants}>
          {(all) => {
            const found = all.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(text.toLowerCase()));
            if (found.length === 0)
              return <State title={all.length === 0 ? 'There is no tenant yet' : 'No tenant fits'} />;
            return (
              <ul className="card app-tenants">
                {found.slice(0, 200).map(({ id, name }) => (
                  <li key={id}>
                    <Link to={paths(id).webhooks} className="row">
                      <Building2 size={17} aria-hidden />
                      <span className="truncate">{name}</span>
                      <span className="faint mono truncate">{id}</span>
                      <span className="spacer" />
                      <ChevronRight size={16} aria-hidden />
                    </Link>
                  </li>
                ))}
              </ul>
            );
          }}
        </QueryView>
      </div>
    </main>
  );
}
