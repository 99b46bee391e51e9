import { useState, type ReactNode } from 'react';
import { Button } from './button';
import { CopyButton } from './copy';
import './display.css';

interface Props {
  /** Shown as text, whatever it holds. */
  text: string;
  label: string;
  /** What is missing of it, e.g. "cut at 16 KiB". */
  note?: string;
  maxHeight?: number;
}

/** More is shown plain: colouring a megabyte would hold up the page. */
const colouredMax = 100_000;

/** JSON pretty or as it was sent, with a button to copy what was sent. */
export function CodeBlock({ text, label, note, maxHeight = 420 }: Props) {
  const [raw, setRaw] = useState(false);
  const pretty = prettyJson(text);
  const shown = raw || pretty === null ? text : pretty;
  return (
    <figure className="ui-code" aria-label={label}>
      <figcaption className="ui-code-head">
        <span className="truncate">{label}</span>
        {note ? <span className="faint">{note}</span> : null}
        <span className="spacer" />
        {pretty !== null && pretty !== text ? (
          <Button look="quiet" size="s" onPress={() => setRaw(!raw)}>
            {raw ? 'Pretty' : 'Raw'}
          </Button>
        ) : null}
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      </figcaption>
      <pre tabIndex={0} style={{ maxHeight }} aria-label={label}>
        <code>{text === '' ? <span className="faint">empty</span> : colour(shown, !raw && pretty !== null)}</code>
      </pre>
    </figure>
  );
}

function prettyJson(text: string): string | null {
  const head = text.trimStart()[0];
  if (head !== '{' && head !== '[') return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function colour(text: string, isJson: boolean): ReactNode {
  if (!isJson || text.length > colouredMax) return text;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(tokens)) {
    const [whole, string, colon] = match;
    parts.push(text.slice(at, match.index));
    const kind = colon === undefined ? (string === undefined ? 'number' : 'string') : 'key';
    parts.push(
      <span key={match.index} className={`ui-json-${kind}`}>
        {string ?? whole}
      </span>,
      colon ?? '',
    );
    at = match.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
