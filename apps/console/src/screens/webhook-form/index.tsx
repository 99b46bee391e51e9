import { useQueries } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useWhyNot } from '../../api/access';
import { eventTypesQuery, settingsQuery, webhookQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { Page } from '../../ui/page';
import { Failed, Loading, NoPermission } from '../../ui/states';
import { WebhookForm } from './form';

/** One screen for both: `/webhooks/new` and `/webhooks/<id>/edit`. */
export function Component() {
  const { webhookId } = useParams();
  const title = webhookId ? 'Edit webhook' : 'Add webhook';
  const denied = useWhyNot(webhookId ? 'patchWebhook' : 'createWebhook');
  if (denied) {
    return (
      <Page title={title}>
        <NoPermission>{denied}</NoPermission>
      </Page>
    );
  }
  return webhookId ? <Edit key={webhookId} id={webhookId} /> : <Add />;
}

function Add() {
  const tenant = useTenant();
  const [types, settings] = useQueries({ queries: [eventTypesQuery(tenant), settingsQuery(tenant)] });
  return (
    <Page title="Add webhook" subtitle="Saved is active: events accepted from then on are sent.">
      {types.data && settings.data ? (
        <WebhookForm types={types.data} settings={settings.data} webhook={null} />
      ) : (
        <Waiting error={types.error ?? settings.error} retry={() => void types.refetch()} />
      )}
    </Page>
  );
}

function Edit({ id }: { id: string }) {
  const tenant = useTenant();
  const [types, settings, webhook] = useQueries({
    queries: [
      eventTypesQuery(tenant),
      settingsQuery(tenant),
      // What is being edited must not change under the hands; a change meanwhile is told when saving.
      { ...webhookQuery(tenant, id), refetchInterval: false, refetchOnWindowFocus: false, staleTime: Infinity },
    ],
  });
  return (
    <Page
      title={webhook.data ? `Edit ${webhook.data.name}` : 'Edit webhook'}
      subtitle="Holds for every event that is accepted from then on."
    >
      {types.data && settings.data && webhook.data ? (
        <WebhookForm
          key={webhook.data.revision}
          types={types.data}
          settings={settings.data}
          webhook={webhook.data}
          onReload={() => void webhook.refetch()}
        />
      ) : (
        <Waiting error={webhook.error ?? types.error ?? settings.error} retry={() => void webhook.refetch()} />
      )}
    </Page>
  );
}

function Waiting({ error, retry }: { error: unknown; retry(): void }) {
  return error ? <Failed error={error} onRetry={retry} /> : <Loading lines={10} />;
}
