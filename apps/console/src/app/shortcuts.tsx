import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';

const Palette = lazy(() => import('./palette'));
const Keys = lazy(() => import('./keys'));

/** What the key is called on this machine. */
export const modifier = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl ';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

/** The button in the top bar, and the keys that work on every screen. What they open is loaded when it is first wanted. */
export function Shortcuts() {
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen('palette');
      } else if (event.key === '?' && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
        event.preventDefault();
        setOpen('keys');
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <AriaButton className="app-find" onPress={() => setOpen('palette')}>
        <Search size={15} aria-hidden />
        <span className="app-find-text">Find</span>
        <kbd aria-hidden>{modifier}K</kbd>
      </AriaButton>
      <Suspense>
        {open === 'palette' ? <Palette onClose={() => setOpen(null)} /> : null}
        {open === 'keys' ? <Keys onClose={() => setOpen(null)} /> : null}
      </Suspense>
    </>
  );
}
