import { useEffect, type RefObject } from 'react';
import { useFormState } from 'react-hook-form';
import { useBlocker } from 'react-router';
import { Confirm } from '../../ui/dialog';
import type { Values } from './values';

/** Asks before what was typed is lost. `done` is set once it is saved, before the page is left for that reason. */
export function LeaveGuard({ done }: { done: RefObject<boolean> }) {
  const { isDirty } = useFormState<Values>();
  const guards = isDirty;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      guards && !done.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!guards) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [guards]);
  return (
    <Confirm
      title="Leave without saving?"
      action="Leave"
      danger
      isOpen={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
    >
      What you have typed here is lost.
    </Confirm>
  );
}
