import { Radio, RadioGroup } from 'react-aria-components';
import { FieldLabel } from './field';
import './field.css';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  description?: string;
}

export function Choices<Value extends string>({
  label,
  value,
  onChange,
  choices,
}: {
  label: string;
  value: Value;
  onChange(value: Value): void;
  choices: readonly Choice<Value>[];
}) {
  return (
    <RadioGroup value={value} onChange={(next) => onChange(next as Value)} className="ui-field">
      <FieldLabel>{label}</FieldLabel>
      <div className="ui-choices">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="ui-choice">
            <span className="ui-choice-dot" aria-hidden />
            <span>
              <strong>{choice.label}</strong>
              {choice.description ? <span className="faint">{choice.description}</span> : null}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
