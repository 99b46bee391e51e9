import { fieldsOf } from './schema-fields';

/** A schema as a person reads it: one line a field, what is within another below it. */
export function SchemaTable({ schema }: { schema: Record<string, unknown> }) {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return <p className="muted">The schema names no fields: see it as JSON Schema.</p>;
  return (
    <div className="catalog-fields" tabIndex={0} role="region" aria-label="Fields">
      <table>
        <thead>
          <tr>
            <th>Field</th>
            <th>Type</th>
            <th>Meaning</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path}>
              <td style={{ paddingLeft: 12 + field.depth * 18 }}>
                <code>{field.name}</code>
                {field.isRequired ? null : <span className="faint"> optional</span>}
              </td>
              <td className="mono catalog-field-type">{field.type}</td>
              <td className="muted">
                {field.description}
                {field.rule ? <span className="faint catalog-field-rule">{field.rule}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
