import type { ReactNode } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger, type ButtonProps as AriaProps } from 'react-aria-components';
import './button.css';

export interface ButtonProps extends Omit<AriaProps, 'className' | 'style' | 'children'> {
  children?: ReactNode;
  look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'm' | 's';
  icon?: ReactNode;
  /** Why this person may not press it: it stays reachable, says so, and does nothing. */
  denied?: string | null;
  /** What an icon alone does; also its tooltip. */
  label?: string;
  className?: string;
}

export function Button({
  look = 'secondary',
  size = 'm',
  icon,
  denied,
  label,
  className,
  children,
  ...rest
}: ButtonProps) {
  const classes = ['ui-button', look, size, children ? '' : 'icon-only', className ?? ''].filter(Boolean).join(' ');
  const button = (
    <AriaButton
      {...rest}
      {...(denied ? { onPress: () => undefined, type: 'button' as const } : {})}
      {...(label ? { 'aria-label': label } : {})}
      className={denied ? `${classes} denied` : classes}
      {...(denied ? { 'aria-disabled': true } : {})}
    >
      {rest.isPending ? <span className="ui-spinner" aria-hidden /> : icon}
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
