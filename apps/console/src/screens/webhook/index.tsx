import { useQuery } from '@tanstack/react-query';
import { Copy, Ellipsis, FlaskConical, Pause, Pencil, Play, Trash2 } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useWhyNot } from '../../api/access';
import { ApiError } from '../../api/problem';
import { webhookQuery } from '../../api/queries';
import { useTenant } from '../../api/tenant';
import { usePaths } from '../../app/links';
import { Button } from '../../ui/button';
import { Menu } from '../../ui/menu';
import { Page } from '../../ui/page';
import { Loading, QueryView, State } from '../../ui/states';
import { StatusPill } from '../../ui/status';
import { Tabs } from '../../ui/tabs';
import { Time } from '../../ui/time';
import { DeliveryExplorer } from '../deliveries/explorer';
import { useActions } from '../webhooks/actions';
import { Configuration } from './configuration';
import { DeleteDialog } from './delete-dialog';
import { Overview } from './overview';
import type { Webhook } from './queries';
import { Security } from './security';
import { SendTest } from './send-test';
import './webhook.css';

const tabs = ['overview', 'deliveries', 'configuration', 'security', 'test'] as const;
type TabId = (typeof tabs)[number];

/** The tab is in the address; what a tab has there goes when another is chosen. */
function useTab() {
  const [tab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault('overview'));
  const navigate = useNavigate();
  const choose = (id: TabId) => void navigate({ search: id === 'overview' ? '' : `?tab=${id}` });
  return [tab, choose] as const;
}

export function Component() {
  const { webhookId = '' } = useParams();
  const query = useQuery(webhookQuery(useTenant(), webhookId));
  if (query.isPending) {
    return (
      <Page title="Webhook">
        <Loading />
      </Page>
    );
  }
  if (query.error instanceof ApiError && query.error.status === 404) return <Gone webhookId={webhookId} />;
  return <QueryView query={query}>{(webhook) => <Loaded webhook={webhook} />}</QueryView>;
}

/** A deleted one's deliveries are still in the log. */
function Gone({ webhookId }: { webhookId: string }) {
  const to = usePaths();
  const navigate = useNavigate();
  return (
    <Page title="Webhook">
      <State
        title="There is no such webhook"
        action={
          <>
            <Button onPress={() => void navigate(to.webhooks)}>All webhooks</Button>
            <Button onPress={() => void navigate(to.deliveries({ webhookId, range: '30d' }))}>Its deliveries</Button>
          </>
        }
      >
        It was deleted, or the address is wrong. What was delivered stays in the log for as long as that is kept.
      </State>
    </Page>
  );
}

function Loaded({ webhook }: { webhook: Webhook }) {
  const [tab, choose] = useTab();
  return (
    <Page
      title={webhook.name}
      subtitle={<Subtitle webhook={webhook} />}
      actions={<Actions webhook={webhook} onTest={() => choose('test')} />}
    >
      <Tabs
        label="Webhook"
        selected={tab}
        onSelect={(id) => choose(id as TabId)}
        tabs={[
          {
            id: 'overview',
            title: 'Overview',
            content: () => <Overview webhook={webhook} onTest={() => choose('test')} />,
          },
          { id: 'deliveries', title: 'Deliveries', content: () => <DeliveryExplorer webhookId={webhook.id} /> },
          { id: 'configuration', title: 'Configuration', content: () => <Configuration webhook={webhook} /> },
          { id: 'security', title: 'Security', content: () => <Security webhook={webhook} /> },
          { id: 'test', title: 'Test', content: () => <SendTest webhook={webhook} /> },
        ]}
      />
    </Page>
  );
}

function Subtitle({ webhook }: { webhook: Webhook }) {
  return (
    <div className="stack tight webhook-subtitle">
      <span className="mono webhook-url">{webhook.url}</span>
      <span className="row wrap">
        <StatusPill status={webhook.status} />
        <span>
          {webhook.statusReason ? `${webhook.statusReason} · ` : ''}since <Time at={webhook.statusSince} />
        </span>
      </span>
    </div>
  );
}

function Actions({ webhook, onTest }: { webhook: Webhook; onTest(): void }) {
  const { actions, dialogs } = useActions();
  const [isDeleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const to = usePaths();
  const denied = {
    pause: useWhyNot('pauseWebhook'),
    resume: useWhyNot('resumeWebhook'),
    test: useWhyNot('testWebhook'),
    edit: useWhyNot('patchWebhook'),
    remove: useWhyNot('deleteWebhook'),
  };
  return (
    <>
      {webhook.status === 'paused' ? (
        <Button
          look="primary"
          icon={<Play size={15} aria-hidden />}
          denied={denied.resume}
          onPress={() => actions.resume(webhook)}
        >
          Resume
        </Button>
      ) : (
        <Button icon={<Pause size={15} aria-hidden />} denied={denied.pause} onPress={() => actions.pause(webhook)}>
          Pause
        </Button>
      )}
      <Button icon={<FlaskConical size={15} aria-hidden />} denied={denied.test} onPress={onTest}>
        Test
      </Button>
      <Button
        icon={<Pencil size={15} aria-hidden />}
        denied={denied.edit}
        onPress={() => void navigate(to.editWebhook(webhook.id))}
      >
        Edit
      </Button>
      <Menu
        label="More"
        trigger={<Button look="quiet" label="More" icon={<Ellipsis size={17} aria-hidden />} />}
        entries={[
          {
            id: 'copy',
            label: 'Copy its id',
            description: webhook.id,
            icon: <Copy size={16} aria-hidden />,
            onAction: () => void navigator.clipboard.writeText(webhook.id),
          },
          {
            id: 'delete',
            label: 'Delete…',
            icon: <Trash2 size={16} aria-hidden />,
            danger: true,
            separated: true,
            denied: denied.remove,
            onAction: () => setDeleting(true),
          },
        ]}
      />
      {dialogs}
      {isDeleting ? <DeleteDialog webhook={webhook} onClose={() => setDeleting(false)} /> : null}
    </>
  );
}
