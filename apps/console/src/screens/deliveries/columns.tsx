import { Link } from 'react-router';
import { formatDuration, Time } from '../../ui/time';
import type { Column } from '../../ui/data-table';
import { Badge, HttpStatus, StatusPill } from '../../ui/status';
import type { Delivery } from './queries';

interface Links {
  delivery(id: string): string;
  webhook(id: string): string;
}

export function deliveryColumns(to: Links, isOfOne: boolean): Column<Delivery>[] {
  const columns: Column<Delivery>[] = [
    {
      id: 'event',
      header: 'Event',
      width: 'minmax(200px, 3fr)',
      phone: 'main',
      cell: (row) => (
        <div className="deliveries-event">
          <span className="row">
            <Link to={to.delivery(row.id)} className="truncate deliveries-type">
              {row.eventType}
            </Link>
            {row.isTest ? <Badge>test</Badge> : null}
          </span>
          <span className="faint mono truncate" title={row.eventId}>
            {row.eventId}
          </span>
        </div>
      ),
    },
    {
      id: 'webhook',
      header: 'Webhook',
      width: 'minmax(100px, 1.4fr)',
      cell: (row) => (
        <Link to={to.webhook(row.webhookId)} className="truncate deliveries-webhook" title={row.webhookId}>
          {row.webhookName || row.webhookId}
        </Link>
      ),
    },
    { id: 'status', header: 'Status', width: '108px', phone: 'end', cell: (row) => <StatusPill status={row.status} /> },
    { id: 'http', header: 'HTTP', width: '48px', phone: 'none', cell: (row) => <HttpStatus code={row.httpStatus} /> },
    {
      id: 'duration',
      header: 'Duration',
      width: '70px',
      align: 'end',
      phone: 'none',
      cell: (row) => <span className="muted">{formatDuration(row.durationMs)}</span>,
    },
    {
      id: 'attempts',
      header: 'Attempts',
      width: '64px',
      align: 'end',
      phone: 'none',
      cell: (row) => <span className="muted">{row.attemptCount}</span>,
    },
    {
      id: 'next',
      header: 'Next retry',
      width: '96px',
      phone: 'none',
      cell: (row) => (row.nextRetryAt === null ? <span className="faint">—</span> : <Time at={row.nextRetryAt} />),
    },
    {
      id: 'time',
      header: 'Time',
      width: '104px',
      align: 'end',
      cell: (row) => (
        <span className="muted">
          <Time at={row.createdAt} />
        </span>
      ),
    },
  ];
  return isOfOne ? columns.filter(({ id }) => id !== 'webhook') : columns;
}
