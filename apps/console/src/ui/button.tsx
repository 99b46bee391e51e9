import type { ReactNode } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger, type ButtonProps as AriaProps } from 'react-aria-components';
import './button.css';

export interface ButtonProps extends Omit<AriaProps, 'className' | 'style' | 'children' | 'isPending'> {
  children?: ReactNode;
  look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'm' | 's';
  icon?: ReactNode;
  /** Its work is under way: it keeps the focus, turns, and does nothing. */
  isPending?: boolean;
  /** Why this person may not press it: it stays reachable, says so, and does nothing. */
  denied?: string | null;
  /** What an icon alone does; also its tooltip. */
  label?: string;
  className?: string;
}

// react-aria's own isPending announces the button again when it ends, by an id that is gone where the page has moved on.
const inert = { onPress: () => undefined, type: 'button', 'aria-disabled': true } as const;

export function Button(props: ButtonProps) {
  const { look = 'secondary', size = 'm', icon, isPending, denied, label, className, children, ...rest } = props;
  const classes = ['ui-button', look, size, children ? '' : 'icon-only', denied ? 'denied' : '', className ?? ''];
  const button = (
    <AriaButton
      {...rest}
      {...(denied || isPending ? inert : {})}
      {...(label ? { 'aria-label': label } : {})}
      className={classes.filter(Boolean).join(' ')}
    >
      {isPending ? <span className="ui-spinner" aria-hidden /> : icon}
      {children ? <span>{children}</span> : null}
    </AriaButton>
  );
  const hint = denied ?? (children ? null : label);
  return hint ? <Hint text={hint}>{button}</Hint> : button;
}

/** A tooltip over something that can be focused. */
export function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={400} closeDelay={80}>
      {children}
      <Tooltip className="ui-tooltip" offset={6}>
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
