import { NuqsAdapter } from 'nuqs/adapters/react-router/v7';
import { lazy, Suspense } from 'react';
import { RouterProvider } from 'react-aria-components';
import { Outlet, ScrollRestoration, useHref, useNavigate, type NavigateOptions } from 'react-router';
import { useSessionState } from '../api/session';
import { Toasts } from '../ui/toast';

declare module 'react-aria-components' {
  interface RouterConfig {
    routerOptions: NavigateOptions;
  }
}

const SignIn = lazy(() => import('../screens/sign-in'));

/** What every page has: links of react-aria go through the router, state in the address, toasts. */
export function Root() {
  const navigate = useNavigate();
  return (
    <NuqsAdapter>
      <RouterProvider navigate={(to, options) => void navigate(to, options)} useHref={useHref}>
        <Suspense fallback={<div aria-busy="true" />}>
          <Outlet />
        </Suspense>
        <ScrollRestoration />
        <Toasts />
      </RouterProvider>
    </NuqsAdapter>
  );
}

/** Without a session the sign-in stands in place of the page; the address stays, so that one goes on where one was. */
export function SessionGate() {
  const state = useSessionState();
  return state.in ? <Outlet /> : <SignIn notice={state.notice} />;
}
