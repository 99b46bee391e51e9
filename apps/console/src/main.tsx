import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { createQueryClient } from './api/query-client';
import { sessionQuery, watchSession } from './api/session';
import { router } from './app/router';
import { applyTheme } from './app/theme';
import './styles/base.css';

applyTheme();
const client = createQueryClient();
watchSession(client);
// Asked before the first render, so that the answer is on its way while React starts.
void client.prefetchQuery(sessionQuery);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
