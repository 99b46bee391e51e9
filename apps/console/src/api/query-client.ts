import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toast } from '../ui/toast';
import { ApiError, messageOf } from './problem';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** What a toast says where the mutation fails. `null`: the caller shows it at its place. */
      failed?: ((error: unknown) => string) | null;
    };
  }
}

/** Between two looks at what changes by itself. Only while the tab is visible. */
export const pollMs = 5_000;

/** What was refused is not asked again; what was not answered is, twice. */
function worthRetrying(count: number, error: unknown): boolean {
  const status = error instanceof ApiError ? error.status : 500;
  return count < 2 && (status === 0 || status >= 500);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 2_000, gcTime: 300_000, retry: worthRetrying, refetchIntervalInBackground: false },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError(error, _variables, _result, mutation) {
        const failed = mutation.meta?.failed;
        if (failed === null) return;
        const { title, detail } = messageOf(error);
        toast({ tone: 'bad', title: failed?.(error) ?? title, detail });
      },
    }),
  });
}
