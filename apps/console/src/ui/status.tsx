import type { ReactNode } from 'react';
import './display.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle';

/** Colour and shape of each state. The word stands beside it always: colour alone tells nothing to some. */
const tones: Record<string, Tone> = {
  active: 'good',
  success: 'good',
  pending: 'info',
  retrying: 'warn',
  failing: 'bad',
  failed: 'bad',
  error: 'bad',
  warning: 'warn',
  paused: 'idle',
  held: 'idle',
  cancelled: 'idle',
  applied: 'good',
  refused: 'bad',
};

export const toneOf = (status: string): Tone => tones[status] ?? 'idle';

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export function StatusPill({ status }: { status: string }) {
  return (
    <span className={`ui-pill ${toneOf(status)}`}>
      <span className="ui-dot" aria-hidden />
      {capital(status)}
    </span>
  );
}

export function Badge({ tone = 'idle', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`ui-badge ${tone}`}>{children}</span>;
}

/** An HTTP status code; a dash where no answer came. */
export function HttpStatus({ code }: { code: number | null }) {
  if (code === null) return <span className="faint">—</span>;
  return <span className={`ui-http mono ${code < 300 ? 'good' : code < 500 ? 'warn' : 'bad'}`}>{code}</span>;
}
