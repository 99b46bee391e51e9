import { useMemo } from 'react';
import { Link, Outlet, useParams } from 'react-router';
import { createApi } from '../api/client';
import { useSession } from '../api/session';
import { TenantContext } from '../api/tenant';
import { State } from '../ui/states';
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
      <State
        isPage
        title="This address belongs to another tenant"
        action={<Link to={paths(own).webhooks}>Go to yours</Link>}
      >
        You are signed in for {own}. Ask for an access there, or sign in with a key of that tenant.
      </State>
    </main>
  );
}
