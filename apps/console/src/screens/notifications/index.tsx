import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Page } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { Inbox } from './inbox';
import { Settings } from './settings';
import './notifications.css';

const views = ['inbox', 'settings'] as const;

export function Component() {
  const [view, setView] = useQueryState('view', parseAsStringLiteral(views).withDefault('inbox'));
  return (
    <Page title="Notifications" subtitle="What the platform tells the owners of webhooks, here and by mail.">
      <Tabs
        label="Notifications"
        selected={view}
        onSelect={(next) => void setView(next as (typeof views)[number])}
        tabs={[
          { id: 'inbox', title: 'Inbox', content: () => <Inbox /> },
          { id: 'settings', title: 'What is mailed', content: () => <Settings /> },
        ]}
      />
    </Page>
  );
}
