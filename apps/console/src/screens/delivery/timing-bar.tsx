import { formatDuration } from '../../ui/time';
import type { Attempt } from './diagnosis';

const parts = [
  { id: 'dns', name: 'DNS', key: 'dnsMs' },
  { id: 'connect', name: 'Connect', key: 'connectMs' },
  { id: 'tls', name: 'TLS', key: 'tlsMs' },
  { id: 'wait', name: 'First byte', key: 'firstByteMs' },
] as const;

/** Where the time went. What is missing of the total went into reading the answer, or into waiting until it was given up. */
export function TimingBar({ timing }: { timing: Attempt['timing'] }) {
  const { totalMs } = timing;
  if (totalMs === null) return <p className="faint delivery-none">The time is not known.</p>;
  const known = parts.flatMap(({ id, name, key }) => {
    const ms = timing[key];
    return ms === null ? [] : [{ id, name, ms }];
  });
  const rest = totalMs - known.reduce((sum, { ms }) => sum + ms, 0);
  const shown = rest > 0.5 ? [...known, { id: 'rest', name: 'Rest', ms: rest }] : known;
  const isReused = timing.connectMs === null && timing.firstByteMs !== null;
  return (
    <div className="delivery-timing">
      <div className="delivery-timing-bar" aria-hidden>
        {shown.map(({ id, ms }) => (
          <i key={id} className={id} style={{ flexGrow: Math.max(ms / Math.max(totalMs, 0.001), 0.005) * 100 }} />
        ))}
      </div>
      <dl>
        {shown.map(({ id, name, ms }) => (
          <div key={id} className={id}>
            <dt>{name}</dt>
            <dd>{formatDuration(ms)}</dd>
          </div>
        ))}
        <div className="total">
          <dt>Total</dt>
          <dd>{formatDuration(totalMs)}</dd>
        </div>
      </dl>
      {isReused ? <p className="faint">It went over a connection that was open already.</p> : null}
    </div>
  );
}
