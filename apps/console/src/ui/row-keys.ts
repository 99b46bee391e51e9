import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

interface Options {
  count: number;
  body: RefObject<HTMLElement | null>;
  scrollTo(index: number): void;
  open(index: number): void;
  /** Further keys, on the row that has the focus. */
  shortcuts?: Readonly<Record<string, (index: number) => void>> | undefined;
}

type Key = Pick<globalThis.KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'preventDefault'>;

/** One row is a stop of the Tab key; j, k and arrows move it. They work from the page's own focus too, as in a mail program. */
export function useRowKeys({ count, body, scrollTo, open, shortcuts }: Options) {
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, Math.max(0, count - 1));
  /** A row that is to be focused as soon as it is in the page. */
  const wanted = useRef<number | null>(null);

  useEffect(() => {
    if (wanted.current === null) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] > [role=row]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  });

  const take = (event: Key): boolean => {
    if (event.altKey || event.ctrlKey || event.metaKey || count === 0) return false;
    const isInside = body.current?.contains(document.activeElement) ?? false;
    const next = {
      j: isInside ? active + 1 : active,
      ArrowDown: active + 1,
      k: active - 1,
      ArrowUp: active - 1,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const index = Math.min(Math.max(next, 0), count - 1);
      wanted.current = index;
      scrollTo(index);
      setActive(index);
      // The same row again renders nothing: focus it here.
      if (index === active) {
        body.current
          ?.querySelector<HTMLElement>(`[data-index="${index}"] > [role=row]`)
          ?.focus({ preventScroll: true });
      }
      return true;
    }
    const act = event.key === 'Enter' ? open : shortcuts?.[event.key];
    if (!act || !isInside) return false;
    event.preventDefault();
    act(active);
    return true;
  };

  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const at = document.activeElement;
      const isFree = at === document.body || at?.tagName === 'MAIN';
      if ((event.key === 'j' || event.key === 'k') && isFree) latest.current(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return {
    active,
    setActive,
    onKeyDown(event: KeyboardEvent) {
      // Keys in a cell's button, menu or input are its own.
      if ((event.target as HTMLElement).getAttribute('role') === 'row') take(event);
    },
  };
}
