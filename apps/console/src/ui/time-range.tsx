import { createParser, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { Field } from './field';
import { Select } from './select';
import { formatTime } from './time';

const spans = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 } as const;
type Span = keyof typeof spans;

export interface TimeRange {
  /** Up to now, however late it is. */
  last: Span | null;
  /** RFC 3339, inclusive. */
  from: string | null;
  /** RFC 3339, exclusive. */
  to: string | null;
}

const parseAsTime = createParser<string>({
  parse: (text) => (Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString()),
  serialize: (time) => time,
});

/** The range of a list, kept in the address as `last`, or `from` and `to`. */
export function useTimeRange(): [TimeRange, (range: TimeRange) => void] {
  const [range, setRange] = useQueryStates({
    last: parseAsStringLiteral(Object.keys(spans) as Span[]),
    from: parseAsTime,
    to: parseAsTime,
  });
  return [range, (next) => void setRange(next)];
}

/** For a call of the API, at the time of the call. */
export function boundsOf({ last, from, to }: TimeRange, now = Date.now()): { from?: string; to?: string } {
  if (last !== null) return { from: new Date(now - spans[last]).toISOString() };
  return { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
}

const options = [
  { value: 'any', label: 'Any time' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: 'custom', label: 'From … to …' },
] as const;

export function TimeRangeSelect({ value, onChange }: { value: TimeRange; onChange(range: TimeRange): void }) {
  const [isOpen, setOpen] = useState(false);
  const isCustom = value.last === null && (value.from !== null || value.to !== null);
  const chosen = value.last ?? (isCustom ? 'custom' : 'any');
  const shown = options.map((option) =>
    option.value === 'custom' && isCustom ? { ...option, label: customText(value) } : option,
  );
  return (
    <>
      <Select
        label="Time"
        isLabelHidden
        options={shown}
        value={chosen}
        onChange={(next) => {
          if (next === 'custom') setOpen(true);
          else onChange({ last: next === 'any' ? null : next, from: null, to: null });
        }}
      />
      {isOpen ? <CustomRange value={value} onChange={onChange} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function customText({ from, to }: TimeRange): string {
  if (from !== null && to !== null) return `${formatTime(from)} – ${formatTime(to)}`;
  return from === null ? `Until ${formatTime(to!)}` : `Since ${formatTime(from)}`;
}

function CustomRange({
  value,
  onChange,
  onClose,
}: {
  value: TimeRange;
  onChange(range: TimeRange): void;
  onClose(): void;
}) {
  const [from, setFrom] = useState(localInput(value.from));
  const [to, setTo] = useState(localInput(value.to));
  const isReversed = from !== '' && to !== '' && from >= to;
  return (
    <Dialog
      title="Choose a time"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            isDisabled={isReversed || (from === '' && to === '')}
            onPress={() => {
              onChange({ last: null, from: isoOf(from), to: isoOf(to) });
              onClose();
            }}
          >
            Apply
          </Button>
        </>
      }
    >
      <Field label="From" type="datetime-local" value={from} onChange={setFrom} isOptional />
      <Field
        label="To"
        type="datetime-local"
        value={to}
        onChange={setTo}
        isOptional
        error={isReversed ? 'must be later than the beginning' : undefined}
        hint="In your own time zone."
      />
    </Dialog>
  );
}

const isoOf = (text: string) => (text === '' ? null : new Date(text).toISOString());

/** `2026-03-02T08:31` of this time zone, as such an input has it. */
function localInput(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
