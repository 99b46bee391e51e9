import { Eye, KeyRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWhyNot } from '../../api/access';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { Confirm } from '../../ui/dialog';
import { formatTime } from '../../ui/time';
import type { Webhook } from './queries';
import { RotateDialog } from './rotate-dialog';
import { useReadSecret } from './use-read-secret';

/** A secret on a screen that was left open is a secret that somebody else reads. */
const shownMs = 60_000;

export function SecretCard({ webhook }: { webhook: Webhook }) {
  const [isRotating, setRotating] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const read = useReadSecret(webhook.id);
  const denied = { rotate: useWhyNot('rotateSecret'), read: useWhyNot('readSecret') };
  useEffect(() => {
    if (secret === null) return undefined;
    const timer = setTimeout(() => setSecret(null), shownMs);
    return () => clearTimeout(timer);
  }, [secret]);
  return (
    <section className="card padded stack" aria-label="Signing secret">
      <div className="row wrap">
        <h2>Signing secret</h2>
        <span className="spacer" />
        {secret === null ? (
          <Button icon={<Eye size={15} aria-hidden />} denied={denied.read} onPress={() => setAsking(true)}>
            Reveal
          </Button>
        ) : (
          <Button onPress={() => setSecret(null)}>Hide</Button>
        )}
        <Button icon={<KeyRound size={15} aria-hidden />} denied={denied.rotate} onPress={() => setRotating(true)}>
          Rotate…
        </Button>
      </div>
      <div className="webhook-secret">
        <code>{secret ?? '•'.repeat(40)}</code>
        {secret === null ? null : <CopyButton text={secret} label="Copy the secret" />}
      </div>
      {webhook.previousSecretExpiresAt === null ? (
        <p className="muted">It signs every request to this webhook.</p>
      ) : (
        <Overlap until={webhook.previousSecretExpiresAt} />
      )}
      {isAsking ? (
        <Confirm
          title="Reveal the secret?"
          action="Reveal"
          isOpen
          isPending={read.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            read.mutate(undefined, { onSuccess: (got) => setSecret(got), onSettled: () => setAsking(false) });
          }}
        >
          That you have read it is kept in the history, with the time and your address. It is hidden again after a
          minute.
        </Confirm>
      ) : null}
      {isRotating ? <RotateDialog webhook={webhook} onClose={() => setRotating(false)} /> : null}
    </section>
  );
}

/** The previous secret also signs for so long. */
function Overlap({ until }: { until: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const leftMs = Date.parse(until) - now;
  if (leftMs <= 0) return <p className="muted">The overlap is over: only the present secret signs.</p>;
  return (
    <p className="webhook-overlap">
      <strong>The previous secret also signs for {countdown(leftMs)}</strong>
      <span className="muted">until {formatTime(until)}. Take the new one over in your receiver before that.</span>
    </p>
  );
}

function countdown(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${days > 0 ? `${days} d ` : ''}${two(hours)}:${two(minutes)}:${two(seconds % 60)}`;
}
