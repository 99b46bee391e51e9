import { ChevronRight, CircleAlert, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Schemas } from '../../api/client';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Checkbox, SearchField } from '../../ui/field';
import { Badge } from '../../ui/status';
import { byModule } from '../catalog/modules';
import './event-picker.css';

type EventType = Schemas['EventType'];

interface Props {
  types: EventType[];
  value: string[];
  onChange(value: string[]): void;
  error?: string | undefined;
}

const wholeOf = (module: string) => `${module}.*`;

/** Types by module. `module.*` takes them all, types that are added later included. */
export function EventPicker({ types, value, onChange, error }: Props) {
  const [text, setText] = useState('');
  const modules = useMemo(() => byModule(types, text), [types, text]);
  const chosen = useMemo(() => new Set(value), [value]);
  const toggle = (name: string, isOn: boolean) =>
    onChange(isOn ? [...value, name] : value.filter((other) => other !== name));
  const toggleModule = (module: string, isOn: boolean) => {
    const others = value.filter((name) => !name.startsWith(`${module}.`));
    onChange(isOn ? [...others, wholeOf(module)] : others);
  };
  return (
    <div
      className="event-picker stack tight"
      role="group"
      aria-label="Event types"
      data-wrong={error !== undefined}
      tabIndex={-1}
    >
      <div className="row wrap">
        <SearchField label="Search event types" value={text} onChange={setText} />
        <span className="spacer" />
        <span className="muted event-picker-count" role="status">
          {value.length === 0 ? 'None chosen' : `${value.length} chosen`}
        </span>
      </div>
      {value.length > 0 ? (
        <ul className="event-picker-chosen" aria-label="Chosen">
          {value.map((name) => (
            <li key={name}>
              <span className="truncate">{name}</span>
              <AriaButton aria-label={`Remove ${name}`} onPress={() => toggle(name, false)}>
                <X size={13} aria-hidden />
              </AriaButton>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="event-picker-list">
        {modules.length === 0 ? <p className="muted event-picker-none">No event type fits “{text}”.</p> : null}
        {modules.map(({ module, types: inModule }) => (
          <Module
            key={module}
            module={module}
            types={inModule}
            chosen={chosen}
            isSearching={text !== ''}
            onModule={(isOn) => toggleModule(module, isOn)}
            onType={toggle}
          />
        ))}
      </div>
      {error ? (
        <p className="ui-error" role="alert">
          <CircleAlert size={14} aria-hidden /> <span>Event types {error}</span>
        </p>
      ) : null}
    </div>
  );
}

interface ModuleProps {
  module: string;
  types: EventType[];
  chosen: ReadonlySet<string>;
  isSearching: boolean;
  onModule(isOn: boolean): void;
  onType(name: string, isOn: boolean): void;
}

function Module({ module, types, chosen, isSearching, onModule, onType }: ModuleProps) {
  const count = types.filter(({ type }) => chosen.has(type)).length;
  const isWhole = chosen.has(wholeOf(module));
  const [isOpen, setOpen] = useState(count > 0);
  const shows = isOpen || isSearching;
  const id = `events-${module}`;
  return (
    <div className="event-picker-module">
      <div className="event-picker-head">
        <AriaButton
          className="event-picker-open"
          aria-expanded={shows}
          aria-controls={id}
          aria-label={`Types of ${module}`}
          onPress={() => setOpen(!isOpen)}
        >
          <ChevronRight size={16} aria-hidden className={shows ? 'open' : ''} />
        </AriaButton>
        <Checkbox isSelected={isWhole} isIndeterminate={!isWhole && count > 0} onChange={onModule}>
          <span className="event-picker-name">
            <strong>{module}</strong>
            <span className="faint">
              {isWhole
                ? 'all, later ones included'
                : count > 0
                  ? `${count} of ${types.length}`
                  : `${types.length} types`}
            </span>
          </span>
        </Checkbox>
      </div>
      <ul id={id} hidden={!shows}>
        {shows
          ? types.map((type) => (
              <Type
                key={type.type}
                type={type}
                isChosen={isWhole || chosen.has(type.type)}
                isFixed={isWhole}
                onChange={(isOn) => onType(type.type, isOn)}
              />
            ))
          : null}
      </ul>
    </div>
  );
}

function Type({
  type,
  isChosen,
  isFixed,
  onChange,
}: {
  type: EventType;
  isChosen: boolean;
  isFixed: boolean;
  onChange(isOn: boolean): void;
}) {
  const [shows, setShows] = useState(false);
  const isOld = type.deprecatedAt !== null;
  return (
    <li className="event-picker-type">
      <div className="row">
        <Checkbox isSelected={isChosen} isDisabled={isFixed || (isOld && !isChosen)} onChange={onChange}>
          <span className="event-picker-name">
            <span>{type.title}</span>
            <span className="faint mono">{type.type}</span>
          </span>
        </Checkbox>
        {isOld ? <Badge tone="warn">deprecated</Badge> : null}
        <span className="spacer" />
        <Button look="quiet" size="s" aria-expanded={shows} onPress={() => setShows(!shows)}>
          Example
        </Button>
      </div>
      {shows ? (
        <div className="event-picker-example stack tight">
          <p className="muted">{type.description}</p>
          <CodeBlock label="data" text={JSON.stringify(type.example, null, 2)} maxHeight={280} />
        </div>
      ) : null}
    </li>
  );
}
