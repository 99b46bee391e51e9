import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { CheckResult, Finding } from './verify';

const icons: Record<Finding['tone'], typeof CircleCheck> = { good: CircleCheck, warn: TriangleAlert, bad: CircleX };

export function Findings({ result }: { result: CheckResult }) {
  return (
    <div className={result.isRight ? 'webhook-findings good' : 'webhook-findings bad'} role="status">
      <h3>{result.isRight ? 'The signature is right' : 'The signature is not right'}</h3>
      <ul>
        {result.findings.map(({ about, tone, text }) => {
          const Icon = icons[tone];
          return (
            <li key={about} className={tone}>
              <Icon size={16} aria-hidden />
              <span>
                <strong>{about}</strong> {text}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
