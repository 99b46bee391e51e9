import { CircleAlert, CircleHelp } from 'lucide-react';
import { diagnose, whoseWords, type Failed } from './diagnosis';

/** What went wrong, why most likely, what to do, and whose part that is. Nothing for a success. */
export function DiagnosisCard({ attempt }: { attempt: Failed }) {
  const found = diagnose(attempt);
  if (!found) return null;
  const isOpen = attempt.outcome === 'unknown';
  const Icon = isOpen ? CircleHelp : CircleAlert;
  return (
    <section className={isOpen ? 'delivery-diagnosis open' : 'delivery-diagnosis'} aria-label="Diagnosis">
      <h3>
        <Icon size={17} aria-hidden /> {found.title}
      </h3>
      {attempt.error ? <p className="delivery-diagnosis-error">{attempt.error}</p> : null}
      <dl>
        <dt>Likely cause</dt>
        <dd>{found.cause}</dd>
        <dt>What to do</dt>
        <dd>{found.todo}</dd>
        {found.follows ? (
          <>
            <dt>What follows</dt>
            <dd>{found.follows}</dd>
          </>
        ) : null}
        <dt>Whose part</dt>
        <dd>{whoseWords[found.whose]}</dd>
      </dl>
    </section>
  );
}
