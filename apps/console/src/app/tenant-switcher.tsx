import { useQuery } from '@tanstack/react-query';
import { Building2, Check, ChevronsUpDown } from 'lucide-react';
import { useLocation, useNavigate } from 'react-router';
import { tenantsQuery } from '../api/queries';
import { useSession } from '../api/session';
import { useTenant } from '../api/tenant';
import { Button } from '../ui/button';
import { Menu } from '../ui/menu';
import { paths } from './paths';

/** More would be no menu: the page of all tenants has a search. */
const shownMax = 12;

export function TenantSwitcher() {
  const { tenantId } = useTenant();
  return useSession().tenantId === null ? (
    <Switcher tenantId={tenantId} />
  ) : (
    <span className="app-tenant">{tenantId}</span>
  );
}

function Switcher({ tenantId }: { tenantId: string }) {
  const navigate = useNavigate();
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const { pathname } = useLocation();
  // The same screen of the other tenant; what is below it (a webhook, a delivery) is of this one only.
  const section = pathname.slice(paths(tenantId).base.length).split('/')[1] ?? '';
  const name = tenants.find(({ id }) => id === tenantId)?.name ?? tenantId;
  return (
    <Menu
      label="Tenants"
      trigger={
        <Button look="quiet" className="app-tenant" icon={<Building2 size={16} aria-hidden />}>
          <span className="visually-hidden">Tenant: </span>
          {name} <ChevronsUpDown size={14} aria-hidden />
        </Button>
      }
      entries={[
        ...tenants.slice(0, shownMax).map((tenant) => ({
          id: tenant.id,
          label: tenant.name,
          description: tenant.id,
          icon: tenant.id === tenantId ? <Check size={16} aria-hidden /> : <span className="app-tenant-place" />,
          onAction: () => void navigate(`${paths(tenant.id).base}/${section}`),
        })),
        {
          id: '',
          label: 'All tenants',
          description: 'Search them, or add one',
          separated: true,
          onAction: () => void navigate('/'),
        },
      ]}
    />
  );
}
