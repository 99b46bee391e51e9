import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Badge } from '../../ui/status';
import { Page } from '../../ui/page';
import { Time } from '../../ui/time';
import { DeliveryDetail } from './detail';
import { deliveryQuery } from './queries';

export function Component() {
  const { deliveryId = '' } = useParams();
  const to = usePaths();
  const { data } = useQuery(deliveryQuery(useTenant(), deliveryId));
  return (
    <Page
      title={data?.eventType ?? 'Delivery'}
      subtitle={
        data ? (
          <span className="row wrap">
            {data.isTest ? <Badge>test</Badge> : null}
            <span>to</span>
            <Link to={to.webhook(data.webhookId)}>{data.webhookName || data.webhookId}</Link>
            <span className="faint">·</span>
            <Time at={data.createdAt} exact />
            <span className="faint">· event</span>
            <Link to={to.deliveries({ eventId: data.eventId, range: '30d' })} className="mono delivery-event-id">
              {data.eventId}
            </Link>
          </span>
        ) : null
      }
    >
      <DeliveryDetail id={deliveryId} isPage />
    </Page>
  );
}
