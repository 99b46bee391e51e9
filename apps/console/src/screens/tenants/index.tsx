import { useQuery } from '@tanstack/react-query';
import { Building2, ChevronRight, Plus } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../../api/client';
import { tenantsQuery } from '../../api/queries';
import { AccountMenu, ThemeToggle } from '../../app/account-menu';
import { paths } from '../../app/paths';
import { Button } from '../../ui/button';
import { DataTable, type Column } from '../../ui/data-table';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Failed, State } from '../../ui/states';
import { Time } from '../../ui/time';
import '../../app/shell.css';
import './tenants.css';

// The form brings zod along.
const NewTenant = lazy(() => import('./new-tenant'));

type Tenant = Schemas['Tenant'];
const none: Tenant[] = [];

const columns: Column<Tenant>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(160px, 2fr)',
    phone: 'main',
    cell: ({ id, name }) => (
      <Link to={paths(id).webhooks} className="row tenants-name">
        <Building2 size={17} aria-hidden />
        <span className="tenants-text">
          <span className="truncate">{name}</span>
          <span className="mono faint truncate">{id}</span>
        </span>
      </Link>
    ),
  },
  { id: 'made', header: 'Added', width: '120px', phone: 'none', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'open',
    header: '',
    width: '24px',
    phone: 'end',
    cell: () => <ChevronRight size={16} aria-hidden className="faint" />,
  },
];

/** For operators: whose webhooks? */
export function Component() {
  const query = useQuery(tenantsQuery);
  const [text, setText] = useQueryState('q', parseAsString.withDefault(''));
  const [isAdding, setAdding] = useState(false);
  const navigate = useNavigate();
  const tenants = query.data ?? none;
  const rows = useMemo(
    () => tenants.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(text.toLowerCase())),
    [tenants, text],
  );
  const add = (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} onPress={() => setAdding(true)}>
      New tenant
    </Button>
  );
  return (
    <div className="tenants">
      <header className="tenants-top">
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={24} height={24} />
        <strong>
          ArkanPM <span className="faint">Webhooks</span>
        </strong>
        <span className="spacer" />
        <ThemeToggle />
        <AccountMenu />
      </header>
      <main>
        <Page title="Choose a tenant" subtitle="Whose webhooks do you want to look at?" actions={add}>
          <SearchField label="Search tenants" value={text} onChange={(next) => void setText(next)} />
          {query.error && !query.data ? (
            <Failed error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <DataTable
              label="Tenants"
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              isLoading={query.isPending}
              onOpen={({ id }) => void navigate(paths(id).webhooks)}
              empty={
                <State
                  icon={<Building2 size={22} aria-hidden />}
                  title={tenants.length === 0 ? 'There is no tenant yet' : 'No tenant fits'}
                >
                  {tenants.length === 0
                    ? 'A tenant is a customer of ArkanPM. Its webhooks, events and keys are its own.'
                    : 'Names and ids are searched.'}
                </State>
              }
            />
          )}
        </Page>
      </main>
      {isAdding ? (
        <Suspense>
          <NewTenant onClose={() => setAdding(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
