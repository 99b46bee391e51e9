import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import './segments.css';

export interface Segment<Value extends string> {
  value: Value;
  label: string;
  count?: number;
}

/** One of a few, all in sight: the first filter of a list. */
export function Segments<Value extends string>({
  label,
  segments,
  value,
  onChange,
}: {
  label: string;
  segments: readonly Segment<Value>[];
  value: Value;
  onChange(value: Value): void;
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="ui-segments"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) onChange(key as Value);
      }}
    >
      {segments.map((segment) => (
        <ToggleButton key={segment.value} id={segment.value} className="ui-segment">
          {segment.label}
          {segment.count === undefined ? null : <span className="faint">{segment.count}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
