import { useState, type ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button';
import { Field } from './field';
import './overlay.css';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose(): void;
  wide?: boolean;
  /** For what must be read before going on: no click beside it closes it. */
  isSticky?: boolean;
  role?: 'dialog' | 'alertdialog';
  children: ReactNode;
  /** Buttons. */
  foot?: ReactNode;
}

export function Dialog({ title, isOpen, onClose, wide, isSticky, role = 'dialog', children, foot }: DialogProps) {
  return (
    <ModalOverlay
      className="ui-scrim"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isSticky}
      isKeyboardDismissDisabled={isSticky ?? false}
    >
      <Modal className={wide ? 'ui-modal wide' : 'ui-modal'}>
        <AriaDialog className="ui-dialog" role={role}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          {foot ? <div className="ui-dialog-foot">{foot}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmProps {
  title: string;
  isOpen: boolean;
  onClose(): void;
  onConfirm(): void;
  /** What happens, in a sentence or two. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  isPending?: boolean;
  /** Must be typed before the button works: for what destroys. */
  name?: string;
}

export function Confirm({
  title,
  isOpen,
  onClose,
  onConfirm,
  children,
  action,
  danger,
  isPending,
  name,
}: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const close = () => {
    setTyped('');
    onClose();
  };
  const matches = name === undefined || typed.trim() === name;
  return (
    <Dialog
      title={title}
      role="alertdialog"
      isOpen={isOpen}
      onClose={close}
      foot={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button
            look={danger ? 'danger' : 'primary'}
            isDisabled={!matches}
            isPending={isPending ?? false}
            onPress={onConfirm}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="muted">{children}</div>
      {name === undefined ? null : (
        <Field label={`Type ${name} to confirm`} value={typed} onChange={setTyped} autoComplete="off" autoFocus mono />
      )}
    </Dialog>
  );
}
