import { useEffect } from 'react';
import { useFormState } from 'react-hook-form';
import { useBlocker } from 'react-router';
import { Confirm } from '../../ui/dialog';
import type { Values } from './values';

/** Asks before what was typed is lost. */
export function LeaveGuard({ isDone }: { isDone: boolean }) {
  const { isDirty } = useFormState<Values>();
  const guards = isDirty && !isDone;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => guards && currentLocation.pathname !== nextLocation.pathname,
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
