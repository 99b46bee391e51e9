import { ArrowLeft, Webhook as WebhookIcon } from 'lucide-react';
import { useQueryState } from 'nuqs';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { usePaths } from '../../app/links';
import { CodeBlock } from '../../ui/code-block';
import { CopyButton } from '../../ui/copy';
import { Skeleton } from '../../ui/states';
import { Badge, StatusPill } from '../../ui/status';
import { Tabs } from '../../ui/tabs';
import { Time } from '../../ui/time';
import { SchemaTable } from './schema-table';
import { subscribersOf } from './subscribers';

type EventType = Schemas['EventType'];

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

export function EventTypeDetail({ type, webhooks }: { type: EventType; webhooks: Schemas['Webhook'][] | undefined }) {
  const to = usePaths();
  const [tab, setTab] = useQueryState('tab', { defaultValue: 'fields' });
  return (
    <article className="card padded stack" aria-label={type.title}>
      <Link to={to.catalog()} className="catalog-back">
        <ArrowLeft size={15} aria-hidden /> All event types
      </Link>
      <header className="stack tight">
        <div className="row wrap">
          <h2 className="catalog-title">{type.title}</h2>
          {type.deprecatedAt ? <Badge tone="warn">deprecated</Badge> : null}
        </div>
        <div className="row catalog-name">
          <code className="truncate">{type.type}</code>
          <CopyButton text={type.type} label="Copy the type's name" />
        </div>
        <p className="muted">{type.description}</p>
        {type.deprecatedAt ? (
          <p className="muted">
            Deprecated <Time at={type.deprecatedAt} />: it is still delivered to those who have it, and can't be newly
            subscribed to.
          </p>
        ) : null}
      </header>
      <Tabs
        label="About the type"
        selected={tab}
        onSelect={(id) => void setTab(id)}
        tabs={[
          { id: 'fields', title: 'Fields', content: () => <SchemaTable schema={type.schema} /> },
          {
            id: 'example',
            title: 'Example',
            content: () => <CodeBlock label="data" text={pretty(type.example)} maxHeight={560} />,
          },
          {
            id: 'schema',
            title: 'JSON Schema',
            content: () => <CodeBlock label="schema" text={pretty(type.schema)} maxHeight={560} />,
          },
        ]}
      />
      <Subscribers type={type} webhooks={webhooks} />
    </article>
  );
}

function Subscribers({ type, webhooks }: { type: EventType; webhooks: Schemas['Webhook'][] | undefined }) {
  const to = usePaths();
  const takers = webhooks ? subscribersOf(type, webhooks) : null;
  return (
    <section className="stack tight" aria-label="Webhooks that take it">
      <h3>Webhooks that take it</h3>
      {takers === null ? (
        <Skeleton width={240} />
      ) : takers.length === 0 ? (
        <p className="muted">None of yours.</p>
      ) : (
        <ul className="catalog-takers">
          {takers.map((webhook) => (
            <li key={webhook.id} className="row">
              <WebhookIcon size={15} aria-hidden />
              <Link to={to.webhook(webhook.id)} className="truncate">
                {webhook.name}
              </Link>
              <span className="faint">
                {webhook.eventTypes.includes(type.type) ? 'by its name' : `by ${type.module}.*`}
              </span>
              <span className="spacer" />
              <StatusPill status={webhook.status} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
