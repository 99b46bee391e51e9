import { Link, type NavigateFunction } from 'react-router';
import type { Schemas } from '../../api/client';
import type { paths } from '../../app/paths';
import { Strip } from '../../ui/chart';
import type { Column } from '../../ui/data-table';
import { MenuButton } from '../../ui/menu';
import { Skeleton } from '../../ui/states';
import { Badge, HttpStatus, StatusPill } from '../../ui/status';
import { Time } from '../../ui/time';
import type { Actions } from './actions';
import type { Strips } from './stats';

type Webhook = Schemas['Webhook'];

interface Context {
  to: ReturnType<typeof paths>;
  strips: Strips | null;
  actions: Actions;
  navigate: NavigateFunction;
}

/** What needs a person comes first when sorted by status. */
const statusOrder = { failing: 0, paused: 1, active: 2 };

export function columnsOf({ to, strips, actions, navigate }: Context): Column<Webhook>[] {
  return [
    {
      id: 'name',
      header: 'Webhook',
      width: 'minmax(190px, 2.4fr)',
      phone: 'main',
      sortValue: (webhook) => webhook.name.toLowerCase(),
      cell: (webhook) => (
        <div className="webhooks-name">
          <Link to={to.webhook(webhook.id)} className="truncate">
            {webhook.name}
          </Link>
          <Url url={webhook.url} />
          {webhook.description ? <span className="faint truncate webhooks-about">{webhook.description}</span> : null}
        </div>
      ),
    },
    {
      id: 'events',
      header: 'Events',
      width: 'minmax(130px, 1.2fr)',
      phone: 'none',
      sortValue: (webhook) => webhook.eventTypes.length,
      cell: (webhook) => <Subscriptions types={webhook.eventTypes} />,
    },
    {
      id: 'status',
      header: 'Status',
      width: 'minmax(120px, 1.1fr)',
      phone: 'end',
      sortValue: (webhook) => statusOrder[webhook.status],
      cell: (webhook) => <Status webhook={webhook} />,
    },
    {
      id: 'last',
      header: 'Last delivery',
      width: 'minmax(130px, 0.9fr)',
      sortValue: (webhook) => webhook.lastDelivery?.at ?? null,
      cell: (webhook) => <LastDelivery webhook={webhook} to={to} />,
    },
    {
      id: 'strip',
      header: 'Last 24 hours',
      width: '168px',
      cell: (webhook) =>
        strips === null ? (
          <Skeleton height={26} />
        ) : (
          <Strip
            label={`${webhook.name}, last 24 hours`}
            buckets={strips.byWebhook.get(webhook.id) ?? strips.empty}
            onOpen={({ at }) => {
              const end = new Date(Date.parse(at) + strips.bucketMs).toISOString();
              void navigate(to.deliveries({ webhookId: webhook.id, from: at, to: end }));
            }}
          />
        ),
    },
    {
      id: 'actions',
      header: '',
      width: '34px',
      phone: 'end',
      cell: (webhook) => (
        <MenuButton label={`Actions of ${webhook.name}`} onOpen={(anchor) => actions.openMenu(webhook, anchor)} />
      ),
    },
  ];
}

/** The host stands out: that is what tells targets apart. */
function Url({ url }: { url: string }) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed) return <span className="mono truncate faint">{url}</span>;
  return (
    <span className="mono truncate webhooks-url" title={url}>
      {parsed.host}
      <span className="faint">
        {parsed.pathname === '/' ? '' : parsed.pathname}
        {parsed.search}
      </span>
    </span>
  );
}

const typesShown = 2;

function Subscriptions({ types }: { types: readonly string[] }) {
  const shown = types.slice(0, typesShown);
  const rest = types.slice(typesShown);
  return (
    <div className="webhooks-types">
      {shown.map((type) => (
        <span key={type} className="webhooks-type" title={type}>
          <Badge>
            <span className="truncate">{type}</span>
          </Badge>
        </span>
      ))}
      {rest.length > 0 ? (
        <span className="faint webhooks-more" title={rest.join('\n')}>
          {rest.length} more
        </span>
      ) : null}
    </div>
  );
}

function Status({ webhook }: { webhook: Webhook }) {
  const { status, statusReason, statusSince } = webhook;
  return (
    <div className="webhooks-status">
      <StatusPill status={status} />
      {status === 'active' ? null : (
        <span className="faint webhooks-reason" title={statusReason ?? ''}>
          <Time at={statusSince} />
          {statusReason ? <> · {statusReason}</> : null}
        </span>
      )}
    </div>
  );
}

function LastDelivery({ webhook, to }: { webhook: Webhook; to: Context['to'] }) {
  const last = webhook.lastDelivery;
  if (last === null) return <span className="faint">Nothing sent yet</span>;
  return (
    <div className="webhooks-last">
      <Link to={to.delivery(last.deliveryId)} className={`webhooks-result ${last.status}`}>
        {last.status === 'success' ? 'Delivered' : last.status} <HttpStatus code={last.httpStatus} />
      </Link>
      <span className="faint">
        <Time at={last.at} />
      </span>
    </div>
  );
}
