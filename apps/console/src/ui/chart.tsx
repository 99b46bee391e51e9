import { useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import type { Bucket } from './buckets';
import './chart.css';

const hourMinute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const bucketText = ({ at, succeeded, failed }: Bucket) =>
  `${hourMinute.format(new Date(at))}: ${succeeded} succeeded, ${failed} failed`;

/** Of the strip's drawing; it is stretched to the place that it has. */
const stripHeight = 26;

/**
 * A strip of small bars, one a bucket: height by volume, the failed part below in red. With `onOpen` a bar opens its deliveries, by
 * a click, or by arrows and Enter. One drawing, not an element a bar that can be focused: lists have hundreds of them.
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
  const [chosen, setChosen] = useState<number | null>(null);
  const last = buckets.length - 1;
  const sum = (key: 'succeeded' | 'failed') => buckets.reduce((total, bucket) => total + bucket[key], 0);
  const summary = `${label}: ${sum('succeeded')} succeeded, ${sum('failed')} failed`;
  const drawing = <StripDrawing buckets={buckets} chosen={chosen} />;
  if (!onOpen) {
    return (
      <span className="ui-strip" role="img" aria-label={summary} title={summary}>
        {drawing}
      </span>
    );
  }
  const indexAt = ({ clientX, currentTarget }: MouseEvent<HTMLElement>) => {
    const box = currentTarget.getBoundingClientRect();
    return Math.min(Math.max(Math.floor(((clientX - box.left) / box.width) * buckets.length), 0), last);
  };
  const open = (index: number) => {
    const bucket = buckets[index];
    if (bucket) onOpen(bucket);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    if (step === undefined) open(chosen ?? last);
    else setChosen(Math.min(Math.max((chosen ?? last + 1) + step, 0), last));
  };
  const shown = buckets[chosen ?? last];
  return (
    <span
      className="ui-strip live"
      role="slider"
      tabIndex={0}
      aria-label={`${summary}. Arrows move, Enter opens the deliveries`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={chosen ?? last}
      aria-valuetext={shown ? bucketText(shown) : 'no data'}
      title={shown && chosen !== null ? bucketText(shown) : summary}
      onKeyDown={onKeyDown}
      onMouseMove={(event) => setChosen(indexAt(event))}
      onMouseLeave={() => setChosen(null)}
      onBlur={() => setChosen(null)}
      onClick={(event) => {
        event.stopPropagation();
        open(indexAt(event));
      }}
    >
      {drawing}
    </span>
  );
}

function StripDrawing({ buckets, chosen }: { buckets: readonly Bucket[]; chosen: number | null }) {
  const max = Math.max(1, ...buckets.map((bucket) => bucket.succeeded + bucket.failed));
  /** At least a sliver, so that one failure among thousands is seen. */
  const height = (count: number) => (count === 0 ? 0 : Math.max(2, (count / max) * (stripHeight - 3)));
  const bars = (kind: 'succeeded' | 'failed') =>
    buckets
      .flatMap((bucket, index) => {
        const own = height(bucket[kind]);
        const foot = kind === 'failed' ? 0 : height(bucket.failed);
        return own === 0 ? [] : [`M${index + 0.1} ${stripHeight - foot}h.8v${-own}h-.8z`];
      })
      .join('');
  return (
    <svg viewBox={`0 0 ${buckets.length} ${stripHeight}`} preserveAspectRatio="none" aria-hidden focusable="false">
      {chosen === null ? null : <rect className="chosen" x={chosen} width={1} height={stripHeight} />}
      <path className="none" d={buckets.map((_, index) => `M${index + 0.1} ${stripHeight}h.8v-1.5h-.8z`).join('')} />
      <path className="succeeded" d={bars('succeeded')} />
      <path className="failed" d={bars('failed')} />
    </svg>
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
