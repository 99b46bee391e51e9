import { masked } from './curl';

/** Names and values as text, whatever they hold. */
export function HeadersTable({ headers, label }: { headers: Record<string, string>; label: string }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return <p className="faint delivery-none">No headers are known.</p>;
  return (
    <div className="delivery-headers" role="region" aria-label={label} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{label}</caption>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {value === masked ? (
                  <span className="faint" title="Secret values are never shown">
                    {value} <span className="delivery-secret">secret</span>
                  </span>
                ) : (
                  value
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
