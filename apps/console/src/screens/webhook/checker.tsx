import { useMutation } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Findings } from './findings';
import { bodyMaxChars, checkSignature, parseHeaders } from './verify';

/** Says whether a request's signatures are right, or what is wrong. All of it happens in the browser. */
export function Checker() {
  const [body, setBody] = useState('');
  const [headers, setHeaders] = useState('');
  const [secret, setSecret] = useState('');
  const check = useMutation({
    mutationFn: () => checkSignature({ body, headers: parseHeaders(headers), secret, nowMs: Date.now() }),
    gcTime: 0,
  });
  // What is shown must be about what stands in the fields.
  const change = (set: (value: string) => void) => (value: string) => {
    set(value);
    check.reset();
  };
  const tooLong = body.length > bodyMaxChars ? 'More than 1 MiB: no delivery is as long' : undefined;
  return (
    <section className="card padded stack" aria-label="Signature checker">
      <div>
        <h2>Signature checker</h2>
        <p className="muted">
          Paste a request as your receiver got it. It is checked here in the browser; nothing is sent, nothing is kept.
        </p>
      </div>
      {globalThis.crypto.subtle === undefined ? (
        <p className="ui-error">
          The browser computes signatures only on a page that came over HTTPS or from localhost.
        </p>
      ) : null}
      <div className="webhook-checker">
        <Field
          label="Body"
          lines={9}
          mono
          value={body}
          onChange={change(setBody)}
          error={tooLong}
          hint="The raw body, byte for byte"
        />
        <div className="stack">
          <Field
            label="Headers"
            lines={5}
            mono
            value={headers}
            onChange={change(setHeaders)}
            hint="One a line: webhook-id, webhook-timestamp, webhook-signature, X-Signature"
          />
          <Field
            label="Secret"
            type="password"
            autoComplete="off"
            mono
            value={secret}
            onChange={change(setSecret)}
            hint="As your receiver has it"
          />
        </div>
      </div>
      <div className="row">
        <Button
          look="primary"
          icon={<ShieldCheck size={15} aria-hidden />}
          isDisabled={globalThis.crypto.subtle === undefined || tooLong !== undefined}
          isPending={check.isPending}
          onPress={() => check.mutate()}
        >
          Check
        </Button>
      </div>
      {check.data ? <Findings result={check.data} /> : null}
    </section>
  );
}
