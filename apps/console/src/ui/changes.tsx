import './changes.css';

export interface FieldChange {
  field: string;
  before?: unknown;
  after?: unknown;
}

const names: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  url: 'Target URL',
  eventTypes: 'Event types',
  retryCount: 'Retries',
  timeoutMs: 'Timeout (ms)',
  ownerEmail: 'Owner',
  secret: 'Secret',
  previousSecretExpiresAt: 'Previous secret signs until',
  status: 'Status',
  statusReason: 'Reason of the status',
};

export function fieldName(field: string): string {
  const [head, rest] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  if (head === 'customHeaders') return `Header ${rest}`;
  if (head === 'apiKeys') return `API key ${rest}`;
  return names[field] ?? field;
}

/** Field by field what it was and what it is. Values are shown as text, whatever they hold; masked ones came masked. */
export function Changes({ changes }: { changes: readonly FieldChange[] }) {
  return (
    <table className="ui-changes">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{fieldName(field)}</th>
            <Side value={before} other={after} sign="-" />
            <Side value={after} other={before} sign="+" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One value a line; what the other side does not have is marked, by its sign too and not by colour alone. */
function Side({ value, other, sign }: { value: unknown; other: unknown; sign: '-' | '+' }) {
  const lines = linesOf(value);
  const others = new Set(linesOf(other));
  const masked = lines.length === 1 && lines[0] === '***' && others.has('***');
  return (
    <td>
      {lines.length === 0 ? <span className="faint">none</span> : null}
      {lines.map((line, index) => {
        const isNew = !others.has(line) || masked;
        return (
          <div key={index} className={isNew ? (sign === '-' ? 'gone' : 'new') : ''}>
            <span aria-hidden className="ui-changes-sign">
              {isNew ? sign : ''}
            </span>
            <span>{line === '' ? <span className="faint">empty</span> : line}</span>
          </div>
        );
      })}
    </td>
  );
}

function linesOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value === 'object') return Object.entries(value).map(([key, inner]) => `${key}: ${textOf(inner)}`);
  return [textOf(value)];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? 'none' : JSON.stringify(value);
}
