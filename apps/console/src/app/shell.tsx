import { useQuery } from '@tanstack/react-query';
import { Menu as MenuIcon, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { NavLink, Outlet, useLocation, useMatch } from 'react-router';
import { useWhyNot } from '../api/access';
import { unreadQuery } from '../api/queries';
import { useTenant } from '../api/tenant';
import { Button } from '../ui/button';
import { Loading } from '../ui/states';
import { AccountMenu, ThemeToggle } from './account-menu';
import { useScreens, type ScreenEntry } from './screens';
import { Shortcuts } from './shortcuts';
import { TenantSwitcher } from './tenant-switcher';
import './shell.css';

/** Goes along from the list to the first webhook. */
const FirstRun = lazy(async () => ({ default: (await import('../screens/first-run')).FirstRun }));

export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const match = useMatch('/t/:tenantId/webhooks/:webhookId');
  const isWebhook = match !== null && match.params.webhookId !== 'new';
  // A step of navigation closes the drawer: its page is what was wanted.
  const [shownAt, setShownAt] = useState(pathname);
  if (shownAt !== pathname) {
    setShownAt(pathname);
    setOpen(false);
  }
  // Who works by keyboard or listens goes on in the new screen, not at the end of what is gone.
  const main = useRef<HTMLElement>(null);
  const left = useRef(pathname);
  useEffect(() => {
    if (left.current !== pathname) main.current?.focus({ preventScroll: true });
    left.current = pathname;
  }, [pathname]);
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
        <Shortcuts />
        <ThemeToggle />
        <AccountMenu />
      </header>
      <main id="main" ref={main} className="app-main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          {isWebhook ? <FirstRun /> : null}
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
  const entries = useScreens();
  return (
    <nav aria-label="Webhooks" className="app-nav">
      {entries.map((entry) => (
        <NavigationLink key={entry.name} {...entry} />
      ))}
    </nav>
  );
}

function NavigationLink({ to, name, icon: Icon, needs }: ScreenEntry) {
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
