import { useQuery } from '@tanstack/react-query';
import { Building2, ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { tenantsQuery } from '../../api/queries';
import { AccountMenu } from '../../app/account-menu';
import { paths } from '../../app/paths';
import { SearchField } from '../../ui/field';
import { QueryView, State } from '../../ui/states';
import './tenants.css';

/** For operators: whose webhooks? */
export default function TenantChooser() {
  const tenants = useQuery(tenantsQuery);
  const [text, setText] = useState('');
  useEffect(() => {
    document.title = 'Choose a tenant · ArkanPM Webhooks';
  }, []);
  return (
    <main className="app-alone">
      <div className="tenants stack">
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
              <ul className="card tenants-list">
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
