import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { lazy, Suspense, useMemo, useState } from 'react';
import { roleNames, useWhyNot } from '../../api/access';
import { answer, type Schemas } from '../../api/client';
import { apiKeysQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { useTenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { DataTable, type Column, type Sort } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Segments } from '../../ui/segments';
import { Failed, State } from '../../ui/states';
import { Badge } from '../../ui/status';
import { Time, useNow } from '../../ui/time';
import { toast } from '../../ui/toast';
import './api-keys.css';

// The form brings zod along.
const NewKey = lazy(() => import('./new-key'));

export type ApiKey = Schemas['ApiKey'];
type KeyState = 'active' | 'expired' | 'revoked';
const shows = [
  { value: 'active', label: 'Valid' },
  { value: 'all', label: 'All' },
] as const;
const none: ApiKey[] = [];

export const stateOf = ({ revokedAt, expiresAt }: ApiKey, now: number): KeyState => {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
};

export function Component() {
  const query = useQuery(apiKeysQuery(useTenant()));
  const denied = useWhyNot('createApiKey');
  const [isMaking, setMaking] = useState(false);
  return (
    <Page
      title="API keys"
      subtitle="What programs and people sign in with. A key is shown once, when it is made."
      actions={
        <Button look="primary" icon={<Plus size={16} aria-hidden />} denied={denied} onPress={() => setMaking(true)}>
          New API key
        </Button>
      }
    >
      {query.error && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <List keys={query.data ?? none} isLoading={query.isPending} />
      )}
      {isMaking ? (
        <Suspense>
          <NewKey onClose={() => setMaking(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function List({ keys, isLoading }: { keys: ApiKey[]; isLoading: boolean }) {
  const now = useNow();
  const ownId = useSession().principal.id;
  const denied = useWhyNot('revokeApiKey');
  const [show, setShow] = useQueryState('show', parseAsStringLiteral(shows.map((s) => s.value)).withDefault('active'));
  const [text, setText] = useQueryState('q', parseAsString.withDefault(''));
  const [sort, setSort] = useState<Sort | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns = useMemo(() => columnsOf(now, ownId, denied, setRevoking), [now, ownId, denied]);
  const rows = keys.filter((key) => {
    if (show === 'active' && stateOf(key, now) !== 'active') return false;
    return `${key.name} ${key.id} ${roleNames[key.role]}`.toLowerCase().includes(text.toLowerCase());
  });
  return (
    <>
      <div className="row wrap">
        <Segments label="Show" segments={shows} value={show} onChange={(next) => void setShow(next)} />
        <span className="spacer" />
        <SearchField label="Search" placeholder="Name, role, id" value={text} onChange={(next) => void setText(next)} />
      </div>
      <DataTable
        label="API keys"
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        isLoading={isLoading}
        sort={sort}
        onSort={setSort}
        empty={
          <State
            icon={<KeyRound size={22} aria-hidden />}
            title={keys.length === 0 ? 'There is no API key yet' : 'No API key fits'}
          >
            {keys.length === 0
              ? 'Make one for each program that calls the API, with the least role that will do.'
              : 'Revoked and expired ones are under "All".'}
          </State>
        }
      />
      {revoking ? <Revoke apiKey={revoking} isOwn={revoking.id === ownId} onClose={() => setRevoking(null)} /> : null}
    </>
  );
}

function columnsOf(
  now: number,
  ownId: string,
  denied: string | null,
  onRevoke: (key: ApiKey) => void,
): Column<ApiKey>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(200px, 2fr)',
      phone: 'main',
      sortValue: ({ name }) => name.toLowerCase(),
      cell: (key) => (
        <div className="api-keys-name">
          <span className="row">
            <strong className="truncate">{key.name}</strong>
            {key.id === ownId ? <Badge tone="info">You</Badge> : null}
          </span>
          <span className="row faint">
            <span className="mono truncate">{key.id}</span>
            <CopyButton text={key.id} label={`Copy the id of ${key.name}`} />
          </span>
        </div>
      ),
    },
    {
      id: 'role',
      header: 'Role',
      width: '130px',
      sortValue: ({ role }) => roleNames[role],
      cell: ({ role }) => <Badge>{roleNames[role]}</Badge>,
    },
    {
      id: 'state',
      header: 'State',
      width: '110px',
      phone: 'end',
      cell: (key) => <StateBadge state={stateOf(key, now)} />,
    },
    {
      id: 'made',
      header: 'Made',
      width: '120px',
      phone: 'none',
      sortValue: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      id: 'expires',
      header: 'Expires',
      width: '120px',
      sortValue: ({ expiresAt }) => expiresAt ?? '9',
      cell: ({ expiresAt, revokedAt }) => {
        if (revokedAt !== null)
          return (
            <span className="faint">
              revoked <Time at={revokedAt} />
            </span>
          );
        return expiresAt === null ? <span className="faint">Never expires</span> : <Time at={expiresAt} />;
      },
    },
    {
      id: 'actions',
      header: '',
      width: '44px',
      cell: (key) =>
        key.revokedAt === null ? (
          <Button
            look="quiet"
            size="s"
            denied={denied}
            label={`Revoke ${key.name}`}
            icon={<Trash2 size={16} aria-hidden />}
            onPress={() => onRevoke(key)}
          />
        ) : null,
    },
  ];
}

function StateBadge({ state }: { state: KeyState }) {
  if (state === 'active') return <Badge tone="good">Valid</Badge>;
  return state === 'expired' ? <Badge tone="warn">Expired</Badge> : <Badge>Revoked</Badge>;
}

function Revoke({ apiKey, isOwn, onClose }: { apiKey: ApiKey; isOwn: boolean; onClose(): void }) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE('/v1/api-keys/{id}', { params: { path: { id: apiKey.id } } })),
    onSuccess() {
      onClose();
      toast({ tone: 'good', title: `"${apiKey.name}" is revoked`, detail: 'It is refused from now on.' });
      void client.invalidateQueries({ queryKey: [tenantId, 'api-keys'] });
    },
  });
  return (
    <Confirm
      title={`Revoke "${apiKey.name}"?`}
      isOpen
      danger
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      isPending={revoke.isPending}
      action={`Revoke ${apiKey.name.length > 24 ? 'the key' : apiKey.name}`}
    >
      Whoever uses this {roleNames[apiKey.role]} key is refused from the next request on. It can not be brought back.
      {isOwn ? (
        <>
          {' '}
          <strong>You are signed in with it: this signs you out.</strong>
        </>
      ) : null}
    </Confirm>
  );
}
