import { Page } from '../../ui/page';
import { DeliveryExplorer } from './explorer';

export function Component() {
  return (
    <Page title="Deliveries" subtitle="What was sent to which webhook, what came back, and what happens next.">
      <DeliveryExplorer />
    </Page>
  );
}
