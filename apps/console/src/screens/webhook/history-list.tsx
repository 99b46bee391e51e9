import { roleNames } from '../../api/access';
import type { Role } from '../../api/session';
import { Button } from '../../ui/button';
import { State } from '../../ui/states';
import { Badge } from '../../ui/status';
import { Time } from '../../ui/time';
import { changeTitle, fieldTitle, valueText } from './history-words';
import type { HistoryEntry } from './queries';

interface Props {
  entries: readonly HistoryEntry[];
  /** The position that is shown beside it. */
  chosen: string | null;
  onChoose(position: string): void;
}

export function HistoryList({ entries, chosen, onChoose }: Props) {
  if (entries.length === 0) return <State title="No change is known" />;
  return (
    <ol className="webhook-history">
      {entries.map((entry) => (
        <li key={entry.position} className={entry.position === chosen ? 'card chosen' : 'card'}>
          <Head entry={entry} onChoose={onChoose} />
          {entry.refusal ? (
            <p>
              {entry.refusal.detail}
              {entry.refusal.count > 1 ? ` (${entry.refusal.count} times)` : ''}
            </p>
          ) : null}
          {entry.reason ? <p className="webhook-reason">“{entry.reason}”</p> : null}
          {entry.changes.length > 0 ? <Changes entry={entry} /> : null}
          <Who entry={entry} />
        </li>
      ))}
    </ol>
  );
}

function Head({ entry, onChoose }: { entry: HistoryEntry; onChoose(position: string): void }) {
  const isChange = entry.outcome === 'applied' && entry.changes.length > 0;
  return (
    <div className="row wrap">
      <h3>{changeTitle(entry)}</h3>
      {entry.outcome === 'refused' ? <Badge tone="bad">refused</Badge> : null}
      <Badge>revision {entry.revision}</Badge>
      <span className="spacer" />
      <span className="muted">
        <Time at={entry.at} exact />
      </span>
      {isChange ? (
        <Button look="quiet" size="s" onPress={() => onChoose(entry.position)}>
          As of this
        </Button>
      ) : null}
    </div>
  );
}

function Changes({ entry }: { entry: HistoryEntry }) {
  return (
    <div className="webhook-changes">
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {entry.changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{fieldTitle(field)}</th>
              <td className={hasValue(before) ? 'before' : ''}>{valueText(before)}</td>
              <td className={hasValue(after) ? 'after' : ''}>{valueText(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const hasValue = (value: unknown) => value !== null && value !== undefined && value !== '';

/** Who, from where, and by which request. */
function Who({ entry }: { entry: HistoryEntry }) {
  const { actor, sourceIp, requestId } = entry;
  const role = actor.role === null ? '' : (roleNames[actor.role as Role] ?? actor.role);
  return (
    <p className="faint webhook-who">
      {actor.kind === 'system' ? (
        'by the platform'
      ) : (
        <>
          by {role} <span className="mono">{actor.id}</span>
        </>
      )}
      {sourceIp ? (
        <>
          {' '}
          · from <span className="mono">{sourceIp}</span>
        </>
      ) : null}
      {requestId ? (
        <>
          {' '}
          · request <span className="mono">{requestId}</span>
        </>
      ) : null}
    </p>
  );
}
