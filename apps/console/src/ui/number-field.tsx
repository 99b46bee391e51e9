import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Group, Input, NumberField as AriaNumberField } from 'react-aria-components';
import { FieldLabel, FieldNote } from './field';
import './field.css';

interface Props {
  label: string;
  value: number;
  onChange(value: number): void;
  onBlur?(): void;
  min: number;
  max: number;
  step?: number;
  /** Of Intl.NumberFormat, e.g. a unit. */
  format?: Intl.NumberFormatOptions;
  hint?: ReactNode;
  error?: string | undefined;
}

export function NumberField({ label, value, onChange, onBlur, min, max, step, format, hint, error }: Props) {
  return (
    <AriaNumberField
      className="ui-field"
      value={value}
      onChange={onChange}
      minValue={min}
      maxValue={max}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      {...(onBlur ? { onBlur } : {})}
      {...(step ? { step } : {})}
      {...(format ? { formatOptions: format } : {})}
    >
      <FieldLabel>{label}</FieldLabel>
      <Group className="ui-number">
        <Button slot="decrement" className="ui-number-step">
          <Minus size={14} aria-hidden />
        </Button>
        <Input className="ui-input" />
        <Button slot="increment" className="ui-number-step">
          <Plus size={14} aria-hidden />
        </Button>
      </Group>
      <FieldNote hint={hint} error={error} />
    </AriaNumberField>
  );
}
