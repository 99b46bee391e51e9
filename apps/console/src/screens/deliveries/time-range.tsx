import { useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Select } from '../../ui/select';
import { formatTime } from '../../ui/time';
import { presets, type Filters, type Preset } from './filters';

type Range = Pick<Filters, 'range' | 'from' | 'to'>;
const exact = 'exact';
const longestMs = 31 * 86_400_000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** As the browser's field for times wants it: of the reader's zone, without a zone. */
function toLocal(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function TimeRange({ value, onChange }: { value: Range; onChange(range: Range): void }) {
  const [isOpen, setOpen] = useState(false);
  const isExact = value.from !== null || value.to !== null;
  const text = `${value.from ? formatTime(value.from.getTime()) : '…'} – ${value.to ? formatTime(value.to.getTime()) : 'now'}`;
  return (
    <>
      <Select
        label="Time"
        isLabelHidden
        value={isExact ? exact : value.range}
        onChange={(chosen: Preset | typeof exact) =>
          chosen === exact ? setOpen(true) : onChange({ range: chosen, from: null, to: null })
        }
        options={[
          ...(Object.keys(presets) as Preset[]).map((id) => ({ value: id, label: presets[id].label })),
          { value: exact, label: isExact ? text : 'Exact times…' },
        ]}
      />
      {isExact ? (
        <Button look="quiet" onPress={() => setOpen(true)}>
          Change
        </Button>
      ) : null}
      {isOpen ? <ExactRange value={value} onChange={onChange} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ExactRange({ value, onChange, onClose }: { value: Range; onChange(range: Range): void; onClose(): void }) {
  const [from, setFrom] = useState(() => toLocal(value.from ?? new Date(Date.now() - presets[value.range].ms)));
  const [to, setTo] = useState(() => (value.to ? toLocal(value.to) : ''));
  const fromMs = Date.parse(from);
  const toMs = to === '' ? Date.now() : Date.parse(to);
  const fromError = Number.isNaN(fromMs) ? 'Give a time' : undefined;
  const toError = Number.isNaN(toMs)
    ? 'Give a time, or nothing for now'
    : toMs <= fromMs
      ? 'This must be later than the beginning'
      : toMs - fromMs > longestMs
        ? 'At most 31 days: the log is kept for 30'
        : undefined;
  return (
    <Dialog
      title="Exact times"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            isDisabled={fromError !== undefined || toError !== undefined}
            onPress={() => {
              onChange({ ...value, from: new Date(fromMs), to: to === '' ? null : new Date(toMs) });
              onClose();
            }}
          >
            Show
          </Button>
        </>
      }
    >
      <Field label="From" type="datetime-local" value={from} onChange={setFrom} error={fromError} hint={zone} />
      <Field
        label="To"
        isOptional
        type="datetime-local"
        value={to}
        onChange={setTo}
        error={toError}
        hint="Left empty, new deliveries go on coming in."
      />
    </Dialog>
  );
}
