import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTenant } from '../../api/tenant';
import { fillBuckets } from '../../ui/buckets';
import { Histogram } from '../../ui/chart';
import type { Filters } from './filters';
import { statsQuery } from './queries';

const statsPollMs = 10_000;
const count = new Intl.NumberFormat();

/** Attempts over the time of the list. It counts all of them: the statistics know webhook and time, no other filter. */
export function Volume({
  filters,
  isLive,
  note,
  onSelect,
}: {
  filters: Pick<Filters, 'webhookId' | 'range' | 'from' | 'to'>;
  isLive: boolean;
  /** What the figures leave out. */
  note?: string | undefined;
  onSelect?(from: string, to: string): void;
}) {
  const { data: stats } = useQuery(statsQuery(useTenant(), filters, isLive ? statsPollMs : false));
  const buckets = useMemo(() => stats && fillBuckets(stats.buckets, stats), [stats]);
  return (
    <section className="card deliveries-volume" aria-label="Attempts over time">
      <div className="deliveries-volume-head">
        <h2>Attempts</h2>
        <span className="deliveries-legend good">{stats ? count.format(stats.attempts.succeeded) : '–'} succeeded</span>
        <span className="deliveries-legend bad">{stats ? count.format(stats.attempts.failed) : '–'} failed</span>
        {note ? <span className="faint">{note}</span> : null}
        <span className="spacer" />
        {onSelect ? <span className="faint deliveries-volume-hint">Drag to choose a time</span> : null}
      </div>
      <div className="deliveries-volume-plot">
        {stats && buckets ? (
          <Histogram
            label="Attempts over time"
            buckets={buckets}
            bucketMs={stats.bucketMs}
            {...(onSelect ? { onSelect } : {})}
          />
        ) : (
          <div className="deliveries-volume-none" />
        )}
      </div>
    </section>
  );
}
