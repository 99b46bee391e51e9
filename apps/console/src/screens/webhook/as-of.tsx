import { useState } from 'react';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { formatTime } from '../../ui/time';
import { changeTitle } from './history-words';
import type { HistoryEntry } from './queries';

interface Props {
  /** Newest first. */
  entries: readonly HistoryEntry[];
  createdAt: string;
  /** A time, or the position of a change; null is now. */
  value: string | null;
  onChange(value: string | null): void;
}

const isPosition = (value: string) => /^\d+$/.test(value);

function toLocal(at: string): string {
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** A slider with a stop at every change, and a field for any time. */
export function AsOf({ entries, createdAt, value, onChange }: Props) {
  const changes = entries
    .filter(({ outcome, changes: fields }) => outcome === 'applied' && fields.length > 0)
    .reverse();
  const index = stopOf(changes, value);
  const shown = changes[index];
  const text =
    value === null
      ? 'as it is now'
      : isPosition(value)
        ? shown && `as of ${formatTime(shown.at)}, after "${changeTitle(shown)}"`
        : `as of ${formatTime(value)}`;
  return (
    <div className="stack tight webhook-as-of">
      <div className="row wrap">
        <h2>Configuration</h2>
        <span className="muted" role="status">
          {text}
        </span>
        <span className="spacer" />
        {value === null ? null : (
          <Button size="s" onPress={() => onChange(null)}>
            Back to now
          </Button>
        )}
      </div>
      <label className="webhook-slider">
        <span className="visually-hidden">As of which change</span>
        <input
          type="range"
          min={0}
          max={changes.length}
          step={1}
          value={index}
          disabled={changes.length === 0}
          aria-valuetext={text ?? ''}
          onChange={(event) => {
            const next = changes[event.target.valueAsNumber];
            onChange(next?.position ?? null);
          }}
        />
        <span className="row faint" aria-hidden>
          <span>{formatTime(createdAt)}</span>
          <span className="spacer" />
          <span>now</span>
        </span>
      </label>
      <TimeField key={value ?? ''} value={value} createdAt={createdAt} onChange={onChange} />
    </div>
  );
}

/** The stop of the slider: that of the change in force, or past the last for now. */
function stopOf(changes: readonly HistoryEntry[], value: string | null): number {
  if (value === null) return changes.length;
  const found = isPosition(value)
    ? changes.findLastIndex(({ position }) => BigInt(position) <= BigInt(value))
    : changes.findLastIndex(({ at }) => Date.parse(at) <= Date.parse(value));
  return Math.max(found, 0);
}

function TimeField({ value, createdAt, onChange }: Pick<Props, 'value' | 'createdAt' | 'onChange'>) {
  const [typed, setTyped] = useState(value !== null && !isPosition(value) ? toLocal(value) : '');
  const atMs = Date.parse(typed);
  const error =
    typed === '' || Number.isNaN(atMs)
      ? undefined
      : atMs < Date.parse(createdAt) - 1_000
        ? `It was created ${formatTime(createdAt)}`
        : atMs > Date.now()
          ? 'That is still to come'
          : undefined;
  return (
    <div className="row webhook-time">
      <Field label="At any time" type="datetime-local" value={typed} onChange={setTyped} error={error} />
      <Button
        isDisabled={typed === '' || Number.isNaN(atMs) || error !== undefined}
        onPress={() => onChange(new Date(atMs).toISOString())}
      >
        Show
      </Button>
    </div>
  );
}
