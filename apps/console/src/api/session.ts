import { queryOptions, useMutation, useQueryClient, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { access } from './access.gen';
import { answer, createApi, setCsrfToken, whenSessionChanged, whenSignedOut, type Api, type Schemas } from './client';
import { ApiError, messageOf, problemOf } from './problem';

export type Role = (typeof access)[keyof typeof access][number] | 'operator';
export type OperationId = keyof typeof access;

export type Session = Schemas['Session'];

/** `notice` is what the sign-in page says first: an expired session, a link that was used already. */
export type SessionState = { in: true; session: Session } | { in: false; notice: string | null };

const key = ['session'] as const;
const signedOut = (notice: string | null): SessionState => ({ in: false, notice });
const signedIn = (session: Session): SessionState => {
  setCsrfToken(session.csrfToken);
  return { in: true, session };
};

/** Of no tenant: session, tenants. */
export const rootApi: Api = createApi(null);

const begin = (body: { apiKey: string } | { onceToken: string }): Promise<Session> =>
  answer(rootApi.POST('/v1/session', { body }));

/** The token of a one-time link, taken out of the address before anything else can see or keep it. */
function takeOnceToken(): string | null {
  const token = /^#once=(.+)$/.exec(location.hash)?.[1] ?? null;
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token === null ? null : decodeURIComponent(token);
}

async function loadSession(): Promise<SessionState> {
  const onceToken = takeOnceToken();
  if (onceToken !== null) {
    try {
      return signedIn(await begin({ onceToken }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 0) throw error;
      return signedOut('This sign-in link was used already or has expired. Sign in with an API key.');
    }
  }
  try {
    return signedIn(await answer(rootApi.GET('/v1/session')));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return signedOut(null);
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: key,
  queryFn: loadSession,
  staleTime: Infinity,
  gcTime: Infinity,
});

/** Whoever signs in next must not see what the one before has loaded. */
function forget(client: QueryClient, notice: string | null): void {
  setCsrfToken(null);
  client.setQueryData(key, signedOut(notice));
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== key[0] });
}

export function watchSession(client: QueryClient): void {
  whenSignedOut(() => {
    const state = client.getQueryData<SessionState>(key);
    if (state?.in) forget(client, 'Your session has ended. Sign in again to go on where you were.');
  });
  // Somebody signed in anew in another tab: the cookie is that one's.
  whenSessionChanged(() => void client.invalidateQueries({ queryKey: key }));
}

export function useSessionState(): SessionState {
  return useSuspenseQuery(sessionQuery).data;
}

/** Only below the session gate. */
export function useSession(): Session {
  const state = useSessionState();
  if (!state.in) throw new ApiError(problemOf(null, 401));
  return state.session;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (apiKey: string) => begin({ apiKey }),
    onSuccess: (session) => client.setQueryData(key, signedIn(session)),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answer(rootApi.DELETE('/v1/session')),
    onSuccess: () => forget(client, null),
    meta: { failed: (error: unknown) => `You are still signed in: ${messageOf(error).title}` },
  });
}
