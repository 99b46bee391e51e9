import { KeyRound } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import { ApiError, messageOf } from '../../api/problem';
import { useSignIn } from '../../api/session';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import './sign-in.css';

/** Keys are `ak_` and 43 characters; more than this is no key, and is not sent. */
const keyMax = 200;

export default function SignIn({ notice }: { notice: string | null }) {
  const [apiKey, setApiKey] = useState('');
  const [error, setError] = useState<string>();
  const signIn = useSignIn();
  useEffect(() => {
    document.title = 'Sign in · ArkanPM Webhooks';
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = apiKey.trim();
    if (!/^ak_\S+$/.test(key) || key.length > keyMax) {
      setError('An API key begins with "ak_" and has no spaces. Paste the whole key.');
      return;
    }
    signIn.mutate(key, {
      onError: (failure) =>
        setError(
          failure instanceof ApiError && failure.status === 401
            ? 'This key is not valid: it was mistyped, revoked, or has expired.'
            : messageOf(failure).detail,
        ),
    });
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card card">
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={40} height={40} />
        <div>
          <h1>Sign in to Webhooks</h1>
          <p className="muted">With an API key of your tenant, or an operator's.</p>
        </div>
        {notice ? (
          <p className="sign-in-notice" role="status">
            {notice}
          </p>
        ) : null}
        <form onSubmit={submit} className="stack" noValidate>
          <Field
            label="API key"
            type="password"
            autoComplete="off"
            autoFocus
            mono
            placeholder="ak_…"
            value={apiKey}
            error={error}
            onChange={(value) => {
              setApiKey(value);
              setError(undefined);
            }}
            hint="The key is exchanged for a session and is not kept in the browser."
          />
          <Button type="submit" look="primary" icon={<KeyRound size={16} aria-hidden />} isPending={signIn.isPending}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
