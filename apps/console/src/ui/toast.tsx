import { X } from 'lucide-react';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { Button } from './button';
import './overlay.css';

export interface ToastMessage {
  tone: 'good' | 'bad' | 'info';
  title: string;
  detail?: string;
  /** To undo, or to go and see. */
  action?: { label: string; run(): void };
}

const shownMs = 6_000;
const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

/** Says it in a corner, and to screen readers. What went wrong stays until it is closed. */
export function toast(message: ToastMessage): void {
  queue.add(message, message.tone === 'bad' ? {} : { timeout: shownMs });
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className="ui-toasts">
      {({ toast: shown }) => (
        <Toast toast={shown} className={`ui-toast ${shown.content.tone}`}>
          <ToastContent className="ui-toast-content">
            <Text slot="title" className="ui-toast-title">
              {shown.content.title}
            </Text>
            {shown.content.detail ? (
              <Text slot="description" className="muted" elementType="div">
                {shown.content.detail}
              </Text>
            ) : null}
          </ToastContent>
          {shown.content.action ? (
            <Button
              size="s"
              onPress={() => {
                shown.content.action?.run();
                queue.close(shown.key);
              }}
            >
              {shown.content.action.label}
            </Button>
          ) : null}
          <Button slot="close" look="quiet" size="s" label="Dismiss" icon={<X size={15} aria-hidden />} />
        </Toast>
      )}
    </ToastRegion>
  );
}
