import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { roleNames } from '../../api/access';
import type { Schemas } from '../../api/client';
import type { HistoryEntry } from '../../api/history';
import type { Role } from '../../api/session';
import { usePaths } from '../../app/links';
import { Changes } from '../../ui/changes';
import { Time } from '../../ui/time';
import { actorName, type Keys } from './actor';

/** Who, when, why and from where; field by field what it was and is. */
export function EntryDetails({
  entry,
  keys,
  webhooks,
}: {
  entry: HistoryEntry;
  keys: Keys;
  webhooks: ReadonlyMap<string, Schemas['Webhook']> | null;
}) {
  const to = usePaths();
  const { actor, webhookId } = entry;
  const role = actor.role === null ? null : (roleNames[actor.role as Role] ?? actor.role);
  return (
    <div className="stack">
      {entry.refusal === null ? null : (
        <p className="audit-refusal">
          {entry.refusal.detail} <code>{entry.refusal.code}</code>
          {entry.refusal.count > 1 ? ` · ${entry.refusal.count} times` : ''}
        </p>
      )}
      {entry.changes.length === 0 ? null : <Changes changes={entry.changes} />}
      <dl className="audit-facts">
        <Fact name="When">
          <Time at={entry.at} exact />
        </Fact>
        <Fact name="Who">
          {actorName(actor, keys)}
          {role === null || role === actorName(actor, keys) ? '' : `, ${role}`}{' '}
          <span className="mono faint">{actor.id}</span>
        </Fact>
        <Fact name="Reason">{entry.reason ?? <span className="faint">none given</span>}</Fact>
        <Fact name="From">{entry.sourceIp ?? '—'}</Fact>
        <Fact name="Request">
          <span className="mono">{entry.requestId ?? '—'}</span>
        </Fact>
        <Fact name="Revision">{entry.revision}</Fact>
        <Fact name="Position">{entry.position}</Fact>
      </dl>
      <div className="row wrap">
        {webhookId !== null && webhooks?.has(webhookId) ? (
          <Link className="ui-button secondary s" to={to.webhook(webhookId)}>
            Open the webhook
          </Link>
        ) : null}
        {webhookId === null ? null : (
          <Link className="ui-button quiet s" to={to.audit({ webhookId })}>
            All of this webhook
          </Link>
        )}
        <Link className="ui-button quiet s" to={to.audit({ actor: actor.id })}>
          All by this one
        </Link>
      </div>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
