import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button as AriaButton, ComboBox, Input, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import type { Option } from './select';
import './field.css';
import './overlay.css';
import './combo.css';

/** More would not be read: one types on. */
const shownMax = 100;

/** One of many, found by typing; empty means all of them. */
export function Combo({
  label,
  options,
  value,
  onChange,
  placeholder,
}: {
  label: string;
  options: readonly Option[];
  value: string | null;
  onChange(value: string | null): void;
  /** What it means that none is chosen. */
  placeholder: string;
}) {
  // An id that is not in the list (deleted, or of another page) stands as it is.
  const chosen = value === null ? '' : (options.find((option) => option.value === value)?.label ?? value);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? chosen;
  const found = useMemo(() => {
    const words = (typed ?? '').toLowerCase();
    return options
      .filter(({ value: id, label: name }) => `${name} ${id}`.toLowerCase().includes(words))
      .slice(0, shownMax)
      .map((option) => ({ ...option, id: option.value }));
  }, [options, typed]);
  return (
    <ComboBox
      aria-label={label}
      className="ui-combo"
      menuTrigger="focus"
      allowsEmptyCollection
      items={found}
      inputValue={text}
      onInputChange={(next) => {
        if (next === text) return;
        setTyped(next);
        if (next === '' && value !== null) onChange(null);
      }}
      selectedKey={value}
      onSelectionChange={(key) => {
        if (key === null) return;
        setTyped(null);
        onChange(String(key));
      }}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(null);
      }}
    >
      <Input className="ui-input" placeholder={placeholder} />
      <AriaButton className="ui-combo-button" aria-label={`${label}: open`}>
        <ChevronDown size={15} aria-hidden />
      </AriaButton>
      <Popover className="ui-popover" offset={4}>
        <ListBox
          className="ui-list"
          aria-label={label}
          renderEmptyState={() => <div className="ui-menu-header">Nothing fits</div>}
        >
          {(option: Option & { id: string }) => (
            <ListBoxItem id={option.id} textValue={option.label} className="ui-item">
              <span className="ui-item-text">
                <span>{option.label}</span>
                {option.description ? <span className="faint">{option.description}</span> : null}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
