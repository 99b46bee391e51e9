import { Command } from 'cmdk';
import { BookOpen, Building2, Plus, Radio, Send, Webhook, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { useFound, type Found, type FoundKind } from './palette-search';
import './palette.css';

const icons: Record<Exclude<FoundKind, 'screen'>, LucideIcon> = {
  action: Plus,
  webhook: Webhook,
  delivery: Send,
  event: Radio,
  type: BookOpen,
  tenant: Building2,
};

/**
 * Finds screens by name, webhooks by name, and anything by its id. cmdk's list in our own modal: its dialog would add a style element,
 * which the policy refuses.
 */
export default function Palette({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('');
  const { groups, isSearching, isIdLike } = useFound(text);
  const navigate = useNavigate();
  const go = ({ to }: Found) => {
    onClose();
    void navigate(to);
  };
  return (
    <ModalOverlay className="ui-scrim palette-scrim" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="ui-modal palette">
        <AriaDialog aria-label="Find" className="palette-dialog">
          {/* What fits is decided by useFound, not by cmdk. */}
          <Command shouldFilter={false} loop label="Find">
            <Command.Input
              autoFocus
              value={text}
              onValueChange={setText}
              maxLength={200}
              placeholder="A screen, a webhook, or any id"
            />
            <Command.List label="What was found">
              <Command.Empty>
                {isSearching
                  ? 'Looking …'
                  : isIdLike
                    ? 'Nothing has this id. The beginning of an id is looked for among the latest 250 deliveries and events; give the whole id for older ones.'
                    : 'Nothing fits.'}
              </Command.Empty>
              {groups.map(({ title, found }) => (
                <Command.Group key={title} heading={title}>
                  {found.map((item) => {
                    const Icon = item.icon ?? icons[item.kind as keyof typeof icons];
                    return (
                      <Command.Item key={item.to + item.label} value={item.to + item.label} onSelect={() => go(item)}>
                        <Icon size={16} aria-hidden />
                        <span className="palette-text">
                          <span className="truncate">{item.label}</span>
                          {item.detail ? <span className="faint truncate">{item.detail}</span> : null}
                        </span>
                      </Command.Item>
                    );
                  })}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
