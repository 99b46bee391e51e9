import { previewRetries } from '@arkan/kernel';
import { useWatch } from 'react-hook-form';
import type { Schemas } from '../../api/client';
import { formatDuration, useNow } from '../../ui/time';
import type { Values } from './values';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const dayMs = 86_400_000;

/** When the attempts would come if the first failed now and all after it. */
export function RetryPreview({ settings }: { settings: Schemas['Settings'] }) {
  const retryCount = useWatch<Values, 'retryCount'>({ name: 'retryCount' });
  const now = useNow();
  const { retry } = settings;
  const offsets = previewRetries(retry, retryCount);
  const last = offsets.at(-1) ?? 0;
  return (
    <section className="webhook-form-retries" aria-label="Attempts if it fails">
      <h3>If an attempt fails</h3>
      <p className="ui-hint">
        {retryCount === 0
          ? 'Nothing is tried again: the first failure is final, and the owner is told.'
          : `Tried again ${retryCount} ${retryCount === 1 ? 'time' : 'times'}, each wait up to ${Math.round(retry.jitter * 100)} % longer or shorter. Given up after about ${formatDuration(last)}.`}
      </p>
      <ol className="webhook-form-attempts">
        {[0, ...offsets].map((offset, index) => (
          <li key={offset}>
            <span>{index === 0 ? 'First attempt' : `Retry ${index}`}</span>
            <span className="faint">
              {index === 0 ? 'at once' : `after ${formatDuration(offset - (index === 1 ? 0 : offsets[index - 2]!))}`}
            </span>
            <time className="faint">{(offset < dayMs ? clock : day).format(now + offset)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}
