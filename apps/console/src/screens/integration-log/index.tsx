import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs';
import { useWebhookOptions } from '../../api/names';
import { Combo } from '../../ui/combo';
import { Page } from '../../ui/page';
import { Segments } from '../../ui/segments';
import { Select } from '../../ui/select';
import { TimeRangeSelect, useTimeRange } from '../../ui/time-range';
import { Causes } from './causes';
import { Entries } from './entries';
import { levels, type Filters } from './queries';
import './integration-log.css';

const views = [
  { value: 'causes', label: 'Recurring causes' },
  { value: 'entries', label: 'All entries' },
] as const;

export function Component() {
  const [view, setView] = useQueryState(
    'view',
    parseAsStringLiteral(views.map(({ value }) => value)).withDefault('causes'),
  );
  const [range, setRange] = useTimeRange();
  const [{ level, webhookId }, setFilters] = useQueryStates({
    level: parseAsStringLiteral(levels.map(({ value }) => value)).withDefault('problems'),
    webhookId: parseAsString,
  });
  const webhooks = useWebhookOptions();
  const filters: Filters = { level, webhookId, range };
  return (
    <Page
      title="Integration log"
      subtitle="What goes wrong again and again, by webhook and cause: work it off from the top."
    >
      <div className="row wrap">
        <Segments label="View" segments={views} value={view} onChange={(next) => void setView(next)} />
        <span className="spacer" />
        <Combo
          label="Webhook"
          placeholder="All webhooks"
          options={webhooks}
          value={webhookId}
          onChange={(next) => void setFilters({ webhookId: next })}
        />
        <Select
          label="Level"
          isLabelHidden
          options={levels}
          value={level}
          onChange={(next) => void setFilters({ level: next })}
        />
        <TimeRangeSelect value={range} onChange={setRange} />
      </div>
      {view === 'causes' ? <Causes filters={filters} /> : <Entries filters={filters} />}
    </Page>
  );
}
