import { useState } from 'react';
import { Link } from 'react-router';
import { usePaths } from '../../app/links';
import { CodeBlock } from '../../ui/code-block';
import { CopyButton } from '../../ui/copy';
import { Select } from '../../ui/select';
import { HttpStatus } from '../../ui/status';
import { Time } from '../../ui/time';
import { toCurl } from './curl';
import type { Attempt } from './diagnosis';
import { DiagnosisCard } from './diagnosis-card';
import { differences } from './difference';
import { HeadersTable } from './headers-table';
import { TimingBar } from './timing-bar';

export const triggerWords: Record<Attempt['trigger'], string> = {
  automatic: 'the platform',
  manual: 'a resend by hand',
  replay: 'a replay',
  test: 'a test event',
};

/** All that is known of one attempt. */
export function AttemptDetail({
  attempt,
  others,
  webhookId,
}: {
  attempt: Attempt;
  others: readonly Attempt[];
  webhookId: string;
}) {
  const { request, response } = attempt;
  return (
    <div className="stack delivery-attempt">
      <DiagnosisCard attempt={attempt} />
      <Facts attempt={attempt} webhookId={webhookId} />
      <TimingBar timing={attempt.timing} />
      <section className="delivery-side">
        <div className="row wrap">
          <h3>Request</h3>
          <span className="mono delivery-url">POST {request.url}</span>
          <span className="spacer" />
          <CopyButton text={() => toCurl(request)} label="Copy as curl">
            Copy as curl
          </CopyButton>
        </div>
        <HeadersTable headers={request.headers} label="Request headers" />
        <CodeBlock text={request.body} label="Request body" />
      </section>
      <section className="delivery-side">
        <div className="row wrap">
          <h3>Response</h3>
          {response ? <HttpStatus code={response.status} /> : <span className="muted">No answer came.</span>}
        </div>
        {response ? (
          <>
            <HeadersTable headers={response.headers} label="Response headers" />
            <CodeBlock
              text={response.body}
              label="Response body"
              {...(response.bodyTruncated ? { note: 'cut at 16 KiB' } : {})}
            />
          </>
        ) : null}
      </section>
      {others.length > 0 ? <Comparison attempt={attempt} others={others} /> : null}
    </div>
  );
}

function Facts({ attempt, webhookId }: { attempt: Attempt; webhookId: string }) {
  const to = usePaths();
  return (
    <dl className="delivery-facts">
      <div>
        <dt>Started</dt>
        <dd>
          <Time at={attempt.startedAt} exact />
        </dd>
      </div>
      <div>
        <dt>Caused by</dt>
        <dd>{triggerWords[attempt.trigger]}</dd>
      </div>
      <div>
        <dt>Remote address</dt>
        <dd className="mono">{attempt.remoteAddress ?? '—'}</dd>
      </div>
      <div>
        <dt>Configuration</dt>
        <dd>
          <Link to={`${to.webhook(webhookId)}?tab=configuration&asOf=${encodeURIComponent(attempt.startedAt)}`}>
            revision {attempt.configRevision}
          </Link>
        </dd>
      </div>
    </dl>
  );
}

function Comparison({ attempt, others }: { attempt: Attempt; others: readonly Attempt[] }) {
  const [chosen, setChosen] = useState('');
  const other = others.find(({ id }) => id === chosen);
  const found = other ? differences(other, attempt) : [];
  return (
    <section className="delivery-side">
      <div className="row wrap">
        <h3>Difference</h3>
        <Select
          label="Compare with"
          isLabelHidden
          value={chosen}
          onChange={setChosen}
          placeholder="Compare with another attempt"
          options={others.map(({ id, number }) => ({ value: id, label: `from attempt ${number}` }))}
        />
      </div>
      {other && found.length === 0 ? (
        <p className="muted">Nothing but what is new on every attempt: number, time and signature of it.</p>
      ) : null}
      {found.length > 0 ? (
        <div className="delivery-headers" role="region" aria-label="Differences" tabIndex={0}>
          <table className="delivery-differences">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Attempt {other!.number}</th>
                <th scope="col">Attempt {attempt.number}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ field, before, after }) => (
                <tr key={field}>
                  <th scope="row">{field}</th>
                  <td className="before">{before}</td>
                  <td className="after">{after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
