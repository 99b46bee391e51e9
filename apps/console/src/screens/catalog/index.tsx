import { useQueries } from '@tanstack/react-query';
import { BookOpen } from 'lucide-react';
import { useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import type { Schemas } from '../../api/client';
import { eventTypesQuery, webhooksQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { QueryView, State } from '../../ui/states';
import { byModule } from './modules';
import { EventTypeDetail } from './event-type';
import { TypeList } from './type-list';
import './catalog.css';

/** `/catalog` and `/catalog/<type>`: the list stays, the type stands beside it; on a phone, in its place. */
export function Component() {
  const tenant = useTenant();
  const [types, webhooks] = useQueries({ queries: [eventTypesQuery(tenant), webhooksQuery(tenant)] });
  return (
    <Page title="Event catalog" subtitle="What the modules tell, with the schema and an example of each.">
      <QueryView query={types} lines={12}>
        {(all) => <Catalog types={all} webhooks={webhooks.data} />}
      </QueryView>
    </Page>
  );
}

function Catalog({ types, webhooks }: { types: Schemas['EventType'][]; webhooks: Schemas['Webhook'][] | undefined }) {
  const { type: name } = useParams();
  const [text, setText] = useQueryState('q', { defaultValue: '' });
  const modules = useMemo(() => byModule(types, text), [types, text]);
  const chosen = types.find(({ type }) => type === name);
  return (
    <div className={name ? 'catalog has-type' : 'catalog'}>
      <div className="catalog-list stack tight">
        <SearchField label="Search event types" value={text} onChange={(value) => void setText(value || null)} />
        {modules.length === 0 ? (
          <State title="No event type fits" />
        ) : (
          <TypeList modules={modules} chosen={name ?? null} webhooks={webhooks} query={text} />
        )}
      </div>
      <div className="catalog-type">
        {chosen ? (
          <EventTypeDetail type={chosen} webhooks={webhooks} />
        ) : (
          <State
            icon={<BookOpen size={22} aria-hidden />}
            title={name ? 'There is no such event type' : 'Choose an event type'}
          >
            {name
              ? `${name} is not in the catalog.`
              : `${types.length} types in ${byModule(types, '').length} modules.`}
          </State>
        )}
      </div>
    </div>
  );
}
