import { useSyncExternalStore } from 'react';

const absolute = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

export function ago(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < 10_000) return distance > 0 ? 'in a moment' : 'just now';
  const [unit, ms] = units.find(([, size]) => Math.abs(distance) >= size)!;
  return relative.format(Math.round(distance / ms), unit);
}

/** In the person's own zone. */
export const formatTime = (at: string | number) => absolute.format(new Date(at));

/** `850 ms`, `2.4 s`, `3 min`. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return '—';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${(ms / 3_600_000).toFixed(1).replace(/\.0$/, '')} h`;
  return `${(ms / 86_400_000).toFixed(1).replace(/\.0$/, '')} d`;
}

let now = Date.now();
const waiting = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all relative times on the page. */
function subscribe(run: () => void): () => void {
  waiting.add(run);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of waiting) each();
  }, 10_000);
  return () => {
    waiting.delete(run);
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, moving every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** How long ago, or the time itself with `exact`; hovering tells it in the person's zone and in UTC. */
export function Time({ at, exact }: { at: string; exact?: boolean }) {
  useNow();
  const local = formatTime(at);
  const utc = new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC');
  // A title, not a tooltip of react-aria: long lists show hundreds of times.
  return (
    <time dateTime={at} className="ui-time" title={`${local}\n${utc}`}>
      {exact ? local : ago(Date.parse(at), Date.now())}
    </time>
  );
}
