import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import './overlay.css';

export interface TabEntry {
  id: string;
  title: ReactNode;
  /** Made only while it is chosen. */
  content(): ReactNode;
}

/** Keep `selected` in the address, so that a link opens the tab. */
export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
}: {
  label: string;
  tabs: readonly TabEntry[];
  selected: string;
  onSelect(id: string): void;
}) {
  return (
    <AriaTabs selectedKey={selected} onSelectionChange={(key) => onSelect(String(key))}>
      <TabList aria-label={label} className="ui-tabs-list">
        {tabs.map(({ id, title }) => (
          <Tab key={id} id={id} className="ui-tab">
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="ui-tab-panel">
          {id === selected ? content() : null}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
