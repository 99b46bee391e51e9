import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import './chart.css';

export interface Bucket {
  at: string;
  succeeded: number;
  failed: number;
}

const hourMinute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const bucketText = ({ at, succeeded, failed }: Bucket) =>
  `${hourMinute.format(new Date(at))}: ${succeeded} succeeded, ${failed} failed`;

/**
 * A strip of small bars, one a bucket: height by volume, the failed part on top in red. `onOpen` makes each a link to its
 * deliveries; the whole is one stop of the Tab key, arrows move in it.
 */
export function Strip({
  buckets,
  label,
  onOpen,
}: {
  buckets: readonly Bucket[];
  label: string;
  onOpen?(bucket: Bucket): void;
}) {
  const [at, setAt] = useState(buckets.length - 1);
  const max = Math.max(1, ...buckets.map((bucket) => bucket.succeeded + bucket.failed));
  const succeeded = buckets.reduce((sum, bucket) => sum + bucket.succeeded, 0);
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const summary = `${label}: ${succeeded} succeeded, ${failed} failed`;
  const bars = buckets.map((bucket) => {
    const total = bucket.succeeded + bucket.failed;
    return (
      <>
        {bucket.failed > 0 ? <i className="failed" style={{ height: share(bucket.failed, max) }} /> : null}
        {bucket.succeeded > 0 ? <i className="succeeded" style={{ height: share(bucket.succeeded, max) }} /> : null}
        {total === 0 ? <i className="none" /> : null}
      </>
    );
  });
  if (!onOpen) {
    return (
      <span className="ui-strip" role="img" aria-label={summary}>
        {bars.map((bar, index) => (
          <span key={buckets[index]!.at} title={bucketText(buckets[index]!)}>
            {bar}
          </span>
        ))}
      </span>
    );
  }
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(Math.max(at + step, 0), buckets.length - 1);
    setAt(next);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <span className="ui-strip live" role="group" aria-label={summary} onKeyDown={move}>
      {bars.map((bar, index) => (
        <button
          key={buckets[index]!.at}
          type="button"
          tabIndex={index === at ? 0 : -1}
          title={bucketText(buckets[index]!)}
          aria-label={bucketText(buckets[index]!)}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(buckets[index]!);
          }}
        >
          {bar}
        </button>
      ))}
    </span>
  );
}

/** At least a sliver, so that one failure among thousands is seen. */
const share = (count: number, max: number) => `max(2px, ${(count / max) * 100}%)`;

interface HistogramProps {
  buckets: readonly Bucket[];
  bucketMs: number;
  label: string;
  /** The chosen time, by drag or with Shift and arrows: from the first bucket's start to the last one's end. */
  onSelect?(from: string, to: string): void;
}

/** Success and failure over time. A table of the same figures is there for screen readers. */
export function Histogram({ buckets, bucketMs, label, onSelect }: HistogramProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState(0);
  const [range, setRange] = useState<[number, number] | null>(null);
  const max = Math.max(1, ...buckets.map((bucket) => bucket.succeeded + bucket.failed));
  const indexAt = (clientX: number) => {
    const box = plot.current!.getBoundingClientRect();
    return Math.min(Math.max(Math.floor(((clientX - box.left) / box.width) * buckets.length), 0), buckets.length - 1);
  };
  const commit = (chosen: [number, number] | null) => {
    setRange(null);
    if (!chosen || !onSelect) return;
    const [from, to] = chosen[0] <= chosen[1] ? chosen : [chosen[1], chosen[0]];
    onSelect(buckets[from]!.at, new Date(Date.parse(buckets[to]!.at) + bucketMs).toISOString());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(Math.max(focus + step, 0), buckets.length - 1);
      setFocus(next);
      setRange(event.shiftKey ? [range?.[0] ?? focus, next] : null);
    } else if (event.key === 'Enter') {
      commit(range ?? [focus, focus]);
    } else if (event.key === 'Escape' && range) {
      event.stopPropagation();
      setRange(null);
    }
  };
  const pointer = {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      const index = indexAt(event.clientX);
      setRange([index, index]);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (range) setRange([range[0], indexAt(event.clientX)]);
    },
    onPointerUp: () => commit(range),
    onPointerCancel: () => setRange(null),
  };
  const [low, high] = range ? [Math.min(...range), Math.max(...range)] : [-1, -1];
  const focused = buckets[focus];
  return (
    <figure className="ui-histogram">
      <div
        ref={plot}
        className={onSelect ? 'ui-histogram-plot live' : 'ui-histogram-plot'}
        role={onSelect ? 'slider' : 'img'}
        aria-label={onSelect ? `${label}. Arrows move, Shift and arrows choose a time, Enter applies it` : label}
        {...(onSelect
          ? {
              tabIndex: 0,
              'aria-valuemin': 0,
              'aria-valuemax': Math.max(0, buckets.length - 1),
              'aria-valuenow': focus,
              'aria-valuetext': focused ? bucketText(focused) : 'no data',
              onKeyDown,
              ...pointer,
            }
          : {})}
      >
        {buckets.map((bucket, index) => (
          <span
            key={bucket.at}
            title={`${dayHour.format(new Date(bucket.at))} · ${bucket.succeeded} succeeded, ${bucket.failed} failed`}
            className={index >= low && index <= high ? 'chosen' : index === focus ? 'at' : ''}
          >
            {bucket.failed > 0 ? <i className="failed" style={{ height: share(bucket.failed, max) }} /> : null}
            {bucket.succeeded > 0 ? <i className="succeeded" style={{ height: share(bucket.succeeded, max) }} /> : null}
          </span>
        ))}
      </div>
      <figcaption className="ui-histogram-axis" aria-hidden>
        <span>{buckets[0] ? dayHour.format(new Date(buckets[0].at)) : ''}</span>
        <span>{buckets.length > 0 ? dayHour.format(Date.parse(buckets.at(-1)!.at) + bucketMs) : ''}</span>
      </figcaption>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th>From</th>
            <th>Succeeded</th>
            <th>Failed</th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucket.at}>
              <td>{dayHour.format(new Date(bucket.at))}</td>
              <td>{bucket.succeeded}</td>
              <td>{bucket.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
