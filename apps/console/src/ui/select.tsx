import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components';
import { FieldNote } from './field';
import './field.css';
import './overlay.css';

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  description?: string;
  icon?: ReactNode;
}

interface Common<Value extends string> {
  label: string;
  /** The label is spoken only: for bars of filters, where the button names itself. */
  isLabelHidden?: boolean;
  options: readonly Option<Value>[];
  hint?: ReactNode;
  error?: string | undefined;
  isDisabled?: boolean;
}

export function Select<Value extends string>({
  value,
  onChange,
  placeholder,
  ...rest
}: Common<Value> & { value: Value | null; onChange(value: Value): void; placeholder?: string }) {
  return (
    <AriaSelect
      value={value}
      onChange={(key) => key !== null && onChange(key as Value)}
      isDisabled={rest.isDisabled ?? false}
      isInvalid={rest.error !== undefined}
      placeholder={placeholder ?? 'Choose'}
      className="ui-field"
    >
      <Parts {...rest} text={rest.options.find((option) => option.value === value)?.label ?? placeholder ?? 'Choose'} />
    </AriaSelect>
  );
}

/** Several of some; none chosen means all, as `allText` says. */
export function MultiSelect<Value extends string>({
  values,
  onChange,
  allText,
  ...rest
}: Common<Value> & { values: readonly Value[]; onChange(values: Value[]): void; allText: string }) {
  const first = rest.options.find((option) => option.value === values[0])?.label;
  const text = values.length === 0 ? allText : values.length === 1 ? (first ?? values[0]!) : `${values.length} chosen`;
  return (
    <AriaSelect
      selectionMode="multiple"
      value={[...values]}
      onChange={(keys) => onChange([...keys] as Value[])}
      isDisabled={rest.isDisabled ?? false}
      isInvalid={rest.error !== undefined}
      className="ui-field"
    >
      <Parts {...rest} text={rest.isLabelHidden ? `${rest.label}: ${text}` : text} />
    </AriaSelect>
  );
}

function Parts<Value extends string>({
  label,
  isLabelHidden,
  options,
  hint,
  error,
  text,
}: Common<Value> & { text: string }) {
  return (
    <>
      <Label className={isLabelHidden ? 'visually-hidden' : 'ui-label'}>{label}</Label>
      <AriaButton className="ui-select">
        <SelectValue className="truncate">{() => text}</SelectValue>
        <ChevronDown size={15} aria-hidden />
      </AriaButton>
      <FieldNote hint={hint} error={error} />
      <Popover className="ui-popover" offset={4}>
        <ListBox className="ui-list" items={options.map((option) => ({ ...option, id: option.value }))}>
          {(option) => (
            <ListBoxItem id={option.value} textValue={option.label} className="ui-item">
              {({ isSelected }) => (
                <>
                  {option.icon}
                  <span className="ui-item-text">
                    <span>{option.label}</span>
                    {option.description ? <span className="faint">{option.description}</span> : null}
                  </span>
                  <Check size={15} aria-hidden className={isSelected ? '' : 'ui-unseen'} />
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </>
  );
}
