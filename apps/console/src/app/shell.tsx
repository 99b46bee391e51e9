import { useQuery } from '@tanstack/react-query';
import {
  Bell,
  BookOpen,
  KeyRound,
  ListTree,
  Menu as MenuIcon,
  ScrollText,
  Send,
  Webhook,
  X,
  type LucideIcon,
} from 'lucide-react';
import { Suspense, useState } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useWhyNot } from '../api/access';
import { unreadQuery } from '../api/queries';
import type { OperationId } from '../api/session';
import { useTenant } from '../api/tenant';
import { Button } from '../ui/button';
import { Loading } from '../ui/states';
import { AccountMenu, ThemeToggle } from './account-menu';
import { usePaths } from './links';
import { TenantSwitcher } from './tenant-switcher';
import './shell.css';

interface Entry {
  to: string;
  name: string;
  icon: LucideIcon;
  /** The call without which the screen would be empty. */
  needs: OperationId;
}

export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  // A step of navigation closes the drawer: its page is what was wanted.
  const [shownAt, setShownAt] = useState(pathname);
  if (shownAt !== pathname) {
    setShownAt(pathname);
    setOpen(false);
  }
  return (
    <div className="app">
      <a href="#main" className="app-skip">
        Skip to the content
      </a>
      <aside className="app-side">
        <Brand />
        <Navigation />
      </aside>
      <header className="app-top">
        <span className="app-burger">
          <Button
            look="quiet"
            label="Navigation"
            icon={<MenuIcon size={18} aria-hidden />}
            onPress={() => setOpen(true)}
          />
        </span>
        <TenantSwitcher />
        <span className="spacer" />
        <ThemeToggle />
        <AccountMenu />
      </header>
      <main id="main" className="app-main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <ModalOverlay className="app-drawer-scrim" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
        <Modal className="app-drawer">
          <AriaDialog aria-label="Navigation">
            <div className="row">
              <Brand />
              <span className="spacer" />
              <Button look="quiet" label="Close" icon={<X size={18} aria-hidden />} onPress={() => setOpen(false)} />
            </div>
            <Navigation />
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </div>
  );
}

function Brand() {
  return (
    <div className="app-brand">
      <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={24} height={24} />
      <span>
        ArkanPM <span className="faint">Webhooks</span>
      </span>
    </div>
  );
}

function Navigation() {
  const to = usePaths();
  const entries: Entry[] = [
    { to: to.webhooks, name: 'Webhooks', icon: Webhook, needs: 'listWebhooks' },
    { to: to.deliveries(), name: 'Deliveries', icon: Send, needs: 'listDeliveries' },
    { to: to.catalog(), name: 'Event catalog', icon: BookOpen, needs: 'listEventTypes' },
    { to: to.integrationLog(), name: 'Integration log', icon: ListTree, needs: 'listIntegrationLogs' },
    { to: to.notifications, name: 'Notifications', icon: Bell, needs: 'listNotifications' },
    { to: to.apiKeys, name: 'API keys', icon: KeyRound, needs: 'listApiKeys' },
    { to: to.audit(), name: 'Audit', icon: ScrollText, needs: 'auditEvents' },
  ];
  return (
    <nav aria-label="Webhooks" className="app-nav">
      {entries.map((entry) => (
        <NavigationLink key={entry.name} {...entry} />
      ))}
    </nav>
  );
}

function NavigationLink({ to, name, icon: Icon, needs }: Entry) {
  const denied = useWhyNot(needs);
  return (
    <NavLink to={to} className={denied ? 'app-link denied' : 'app-link'} {...(denied ? { title: denied } : {})}>
      <Icon size={17} aria-hidden />
      {name}
      {needs === 'listNotifications' && !denied ? <Unread /> : null}
    </NavLink>
  );
}

function Unread() {
  const { data = 0 } = useQuery(unreadQuery(useTenant()));
  if (data === 0) return null;
  return (
    <span className="app-count">
      {data > 9 ? '9+' : data}
      <span className="visually-hidden"> unread</span>
    </span>
  );
}
