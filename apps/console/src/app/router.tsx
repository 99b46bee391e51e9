import { lazy, type ReactNode } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { useSession } from '../api/session';
import { ErrorPage, NotFound } from './error-page';
import { Root, SessionGate } from './session-gate';
import { Shell } from './shell';
import { TenantGate } from './tenant-gate';

/** A screen's folder has an `index.tsx` that exports `Component`; it is loaded when first opened. */
const screens: RouteObject[] = [
  { path: 'webhooks', lazy: () => import('../screens/webhooks') },
  { path: 'webhooks/new', lazy: () => import('../screens/webhook-form') },
  { path: 'webhooks/:webhookId/edit', lazy: () => import('../screens/webhook-form') },
  { path: 'webhooks/:webhookId', lazy: () => import('../screens/webhook') },
  { path: 'deliveries', lazy: () => import('../screens/deliveries') },
  { path: 'deliveries/:deliveryId', lazy: () => import('../screens/delivery') },
  { path: 'events', lazy: () => import('../screens/events') },
  { path: 'events/:eventId', lazy: () => import('../screens/event') },
  { path: 'catalog', lazy: () => import('../screens/catalog') },
  { path: 'catalog/:type', lazy: () => import('../screens/catalog') },
  { path: 'integration-log', lazy: () => import('../screens/integration-log') },
  { path: 'notifications', lazy: () => import('../screens/notifications') },
  { path: 'api-keys', lazy: () => import('../screens/api-keys') },
  { path: 'audit', lazy: () => import('../screens/audit') },
];

const Tenants = lazy(async () => ({ default: (await import('../screens/tenants')).Component }));

/** A page without the navigation around it. */
const alone = (page: ReactNode) => <main className="app-alone">{page}</main>;

/** Where one begins: the only tenant, or the choice of one. */
function Home() {
  const { tenantId } = useSession();
  return tenantId === null ? <Tenants /> : <Navigate to={`/t/${encodeURIComponent(tenantId)}/webhooks`} replace />;
}

export const router = createBrowserRouter(
  [
    {
      element: <Root />,
      errorElement: alone(<ErrorPage />),
      hydrateFallbackElement: <div aria-busy="true" />,
      children: [
        {
          element: <SessionGate />,
          children: [
            { index: true, element: <Home /> },
            {
              path: 't/:tenantId',
              element: <TenantGate />,
              children: [
                {
                  element: <Shell />,
                  children: [
                    { index: true, element: <Navigate to="webhooks" replace /> },
                    ...screens.map((screen) => ({ ...screen, errorElement: <ErrorPage /> })),
                    { path: '*', element: <NotFound /> },
                  ],
                },
              ],
            },
            { path: '*', element: alone(<NotFound />) },
          ],
        },
      ],
    },
  ],
  { basename: import.meta.env.BASE_URL.replace(/\/$/, '') },
);
