import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import './overlay.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  /** Second line: what it does, or with `denied` why it can't be. */
  description?: string;
  denied?: string | null;
  danger?: boolean;
  /** Begins a group, below a line. */
  separated?: boolean;
  href?: string;
  onAction?(): void;
}

interface Content {
  label: string;
  header?: ReactNode;
  entries: readonly MenuEntry[];
}

/** `trigger` is a `Button`. */
export function Menu({ trigger, ...content }: Content & { trigger: ReactNode }) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="ui-popover" placement="bottom end" offset={4}>
        <Entries {...content} />
      </Popover>
    </MenuTrigger>
  );
}

/** The one menu of a list, at the button of the row that was pressed: a menu in every row would cost more than the row. */
export function AnchoredMenu({ anchor, onClose, ...content }: Content & { anchor: HTMLElement; onClose(): void }) {
  return (
    <Popover
      className="ui-popover"
      // Without a trigger of react-aria the popover is a dialog of its own, which wants a name.
      aria-label={content.label}
      placement="bottom end"
      offset={4}
      triggerRef={{ current: anchor }}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Entries {...content} onClose={onClose} />
    </Popover>
  );
}

/** The button of a row that opens an `AnchoredMenu`. */
export function MenuButton({ label, onOpen }: { label: string; onOpen(anchor: HTMLElement): void }) {
  return (
    <button
      type="button"
      className="ui-button quiet s icon-only"
      aria-label={label}
      aria-haspopup="menu"
      onClick={(event) => onOpen(event.currentTarget)}
    >
      <Ellipsis size={17} aria-hidden />
    </button>
  );
}

function Entries({ label, header, entries, onClose }: Content & { onClose?(): void }) {
  const items = entries.flatMap((entry) => [
    ...(entry.separated ? [<Separator key={`${entry.id}-line`} className="ui-separator" />] : []),
    <AriaMenuItem
      key={entry.id}
      id={entry.id}
      textValue={entry.label}
      isDisabled={Boolean(entry.denied)}
      className={entry.danger ? 'ui-item danger' : 'ui-item'}
      {...(entry.href ? { href: entry.href } : {})}
      {...(entry.onAction ? { onAction: entry.onAction } : {})}
    >
      {entry.icon}
      <span className="ui-item-text">
        <span>{entry.label}</span>
        {(entry.denied ?? entry.description) ? (
          <span className="faint">{entry.denied ?? entry.description}</span>
        ) : null}
      </span>
    </AriaMenuItem>,
  ]);
  return (
    <AriaMenu className="ui-list" aria-label={label} autoFocus="first" {...(onClose ? { onClose } : {})}>
      {header ? (
        <MenuSection>
          <Header className="ui-menu-header">{header}</Header>
          {items}
        </MenuSection>
      ) : (
        items
      )}
    </AriaMenu>
  );
}
