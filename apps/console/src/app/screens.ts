import { Bell, BookOpen, KeyRound, ListTree, Radio, ScrollText, Send, Webhook, type LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import type { OperationId } from '../api/session';
import { usePaths } from './links';

export interface ScreenEntry {
  to: string;
  name: string;
  icon: LucideIcon;
  /** The call without which the screen would be empty. */
  needs: OperationId;
}

/** Where one can go from anywhere: the navigation and the palette. */
export function useScreens(): ScreenEntry[] {
  const to = usePaths();
  return useMemo(
    () => [
      { to: to.webhooks, name: 'Webhooks', icon: Webhook, needs: 'listWebhooks' },
      { to: to.deliveries(), name: 'Deliveries', icon: Send, needs: 'listDeliveries' },
      { to: to.events(), name: 'Events', icon: Radio, needs: 'listEvents' },
      { to: to.catalog(), name: 'Event catalog', icon: BookOpen, needs: 'listEventTypes' },
      { to: to.integrationLog(), name: 'Integration log', icon: ListTree, needs: 'listIntegrationLogs' },
      { to: to.notifications, name: 'Notifications', icon: Bell, needs: 'listNotifications' },
      { to: to.apiKeys, name: 'API keys', icon: KeyRound, needs: 'listApiKeys' },
      { to: to.audit(), name: 'Audit', icon: ScrollText, needs: 'auditEvents' },
    ],
    [to],
  );
}
