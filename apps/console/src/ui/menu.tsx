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

/** `trigger` is a `Button`. */
export function Menu({
  trigger,
  label,
  header,
  entries,
}: {
  trigger: ReactNode;
  label: string;
  header?: ReactNode;
  entries: readonly MenuEntry[];
}) {
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
    <MenuTrigger>
      {trigger}
      <Popover className="ui-popover" placement="bottom end" offset={4}>
        <AriaMenu className="ui-list" aria-label={label}>
          {header ? (
            <MenuSection>
              <Header className="ui-menu-header">{header}</Header>
              {items}
            </MenuSection>
          ) : (
            items
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
