import { CircleAlert } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import {
  FieldError,
  Input,
  Label,
  SearchField as AriaSearchField,
  Text,
  TextArea,
  TextField as AriaTextField,
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Switch as AriaSwitch,
  type CheckboxProps,
  type SwitchProps,
  type TextFieldProps,
} from 'react-aria-components';
import { Check, Minus, Search, X } from 'lucide-react';
import './field.css';

interface FieldProps extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Says so beside the label; required ones say nothing. */
  isOptional?: boolean;
  placeholder?: string;
  lines?: number;
  mono?: boolean;
  /** Beside the input, inside the frame's height: a unit, a button. */
  after?: ReactNode;
  inputRef?: Ref<HTMLInputElement & HTMLTextAreaElement>;
  className?: string;
}

export function Field({
  label,
  hint,
  error,
  isOptional,
  placeholder,
  lines,
  mono,
  after,
  inputRef,
  className,
  ...rest
}: FieldProps) {
  const control = { placeholder, ref: inputRef, className: mono ? 'ui-input mono' : 'ui-input' };
  return (
    <AriaTextField
      {...rest}
      // The words come from the schema or the server, never from the browser.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      className={`ui-field ${className ?? ''}`}
    >
      <FieldLabel isOptional={isOptional}>{label}</FieldLabel>
      {lines ? (
        <TextArea {...control} rows={lines} />
      ) : (
        <div className="ui-field-line">
          <Input {...control} />
          {after}
        </div>
      )}
      <FieldNote hint={hint} error={error} />
    </AriaTextField>
  );
}

export function FieldLabel({ children, isOptional }: { children: ReactNode; isOptional?: boolean | undefined }) {
  return (
    <Label className="ui-label">
      {children}
      {isOptional ? <span className="ui-optional">optional</span> : null}
    </Label>
  );
}

/** The hint, or in its place what is wrong. Inside a field of react-aria, which ties it to the input. */
export function FieldNote({ hint, error }: { hint?: ReactNode; error?: string | undefined }) {
  return (
    <>
      {hint && error === undefined ? (
        <Text slot="description" className="ui-hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="ui-error">
        <CircleAlert size={14} aria-hidden /> <span>{error}</span>
      </FieldError>
    </>
  );
}

export function SearchField({
  label,
  value,
  onChange,
  placeholder,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  placeholder?: string;
}) {
  return (
    <AriaSearchField aria-label={label} value={value} onChange={onChange} className="ui-search">
      <Search size={15} aria-hidden />
      <Input className="ui-input" placeholder={placeholder ?? label} />
      <AriaButton className="ui-search-clear" aria-label="Clear">
        <X size={14} aria-hidden />
      </AriaButton>
    </AriaSearchField>
  );
}

export function Checkbox({
  children,
  ...rest
}: Omit<CheckboxProps, 'children' | 'className'> & { children?: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className="ui-check">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="ui-check-box" aria-hidden>
            {isIndeterminate ? <Minus size={12} /> : isSelected ? <Check size={12} strokeWidth={3} /> : null}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

export function Switch({ children, ...rest }: Omit<SwitchProps, 'children' | 'className'> & { children: ReactNode }) {
  return (
    <AriaSwitch {...rest} className="ui-switch">
      <span className="ui-switch-track" aria-hidden />
      {children}
    </AriaSwitch>
  );
}
