/** Checks a request's signatures in the browser, and finds out why one is wrong. Nothing is sent; nothing is kept. */
export interface CheckInput {
  /** The body as it was received. */
  body: string;
  headers: Record<string, string>;
  secret: string;
  nowMs: number;
}

export interface Finding {
  /** `webhook-signature`, `X-Signature` or what both rest on. */
  about: string;
  tone: 'good' | 'warn' | 'bad';
  text: string;
}

export interface CheckResult {
  isRight: boolean;
  findings: Finding[];
}

export const toleranceSeconds = 300;
export const bodyMaxChars = 1_048_576;
const encoder = new TextEncoder();
const prefix = 'whsec_';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** `Name: value` lines, or the table of the console; names in lower case. */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*([A-Za-z0-9_-]+)\s*(?::\s?|\t+)(.*)$/.exec(line);
    if (found) headers[found[1]!.toLowerCase()] = found[2]!.trim();
  }
  return headers;
}

const plainKey = (secret: string) => encoder.encode(secret);

/** What `whsec_` encodes; null where nothing is encoded. */
function decodedKey(secret: string): Uint8Array<ArrayBuffer> | null {
  const encoded = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  if (encoded === '' || !base64.test(encoded)) return null;
  return Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)));
}

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

interface Sent {
  /** What `webhook-signature` signs beside the body. */
  head: string;
  standard: string[];
  plain: string;
  plainPrevious: string;
}

interface Match {
  /** Place in the header: 1 is what the present secret signs, others are of a previous one. */
  standard: number;
  plain: 'present' | 'previous' | null;
}

/** Which of the sent signatures this key and body make. `standardKey` and `plainKey` differ for a generated secret. */
async function match(
  sent: Sent,
  body: string,
  keys: { standard: Uint8Array<ArrayBuffer>; plain: Uint8Array<ArrayBuffer> },
): Promise<Match> {
  const [standard, plain] = await Promise.all([
    hmac(keys.standard, sent.head + body).then((bytes) => `v1,${toBase64(bytes)}`),
    hmac(keys.plain, body).then(toHex),
  ]);
  return {
    standard: sent.standard.indexOf(standard) + 1,
    plain: plain === sent.plain ? 'present' : plain === sent.plainPrevious ? 'previous' : null,
  };
}

const keysOf = (secret: string) => ({ standard: decodedKey(secret) ?? plainKey(secret), plain: plainKey(secret) });

export async function checkSignature({ body, headers, secret, nowMs }: CheckInput): Promise<CheckResult> {
  const missing = refuse(headers, secret);
  if (missing.length > 0) return { isRight: false, findings: missing };
  const sent: Sent = {
    head: `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.`,
    standard: (headers['webhook-signature'] ?? '').split(' '),
    plain: headers['x-signature'] ?? '',
    plainPrevious: headers['x-signature-previous'] ?? '',
  };
  const found = await match(sent, body, keysOf(secret));
  const findings: Finding[] = [];
  const hasStandard = 'webhook-signature' in headers;
  const hasPlain = 'x-signature' in headers;
  if (hasStandard) findings.push(standardFinding(found));
  if (hasPlain) findings.push(plainFinding(found));
  const isRight = (!hasStandard || found.standard > 0) && (!hasPlain || found.plain !== null);
  if (!isRight) findings.push(...(await explain(sent, body, secret, found, { hasStandard, hasPlain })));
  if (hasStandard) findings.push(timeFinding(Number(headers['webhook-timestamp']), nowMs));
  return { isRight, findings };
}

function refuse(headers: Record<string, string>, secret: string): Finding[] {
  const bad = (about: string, text: string): Finding => ({ about, tone: 'bad', text });
  if (secret === '') return [bad('Secret', 'Paste the secret of the webhook.')];
  if (!headers['webhook-signature'] && !headers['x-signature'])
    return [
      bad(
        'Headers',
        'Neither webhook-signature nor X-Signature is among them. Paste the headers of the request, one a line.',
      ),
    ];
  if (!headers['webhook-signature']) return [];
  if (!headers['webhook-id']) return [bad('Headers', 'webhook-id is missing; webhook-signature covers it.')];
  if (!/^\d{1,12}$/.test(headers['webhook-timestamp'] ?? ''))
    return [bad('Headers', 'webhook-timestamp is missing or not a number of seconds; webhook-signature covers it.')];
  return [];
}

function standardFinding({ standard }: Match): Finding {
  const about = 'webhook-signature';
  if (standard === 0)
    return { about, tone: 'bad', text: 'None of its signatures is made with this secret over this id, time and body.' };
  if (standard > 1)
    return {
      about,
      tone: 'warn',
      text: 'Right, by the previous secret: a rotation is under way. Take over the new one before the overlap ends.',
    };
  return { about, tone: 'good', text: 'Right: the id, the time and the body are as they were sent.' };
}

function plainFinding({ plain }: Match): Finding {
  const about = 'X-Signature';
  if (plain === null) return { about, tone: 'bad', text: 'It is not made with this secret over this body.' };
  if (plain === 'previous')
    return {
      about: 'X-Signature-Previous',
      tone: 'warn',
      text: 'Right, by the previous secret: a rotation is under way.',
    };
  return { about, tone: 'good', text: 'Right: the body is as it was sent.' };
}

function timeFinding(timestamp: number, nowMs: number): Finding {
  const about = 'webhook-timestamp';
  const age = Math.round(nowMs / 1_000 - timestamp);
  if (Math.abs(age) <= toleranceSeconds) return { about, tone: 'good', text: `Signed ${Math.abs(age)} s ago: fresh.` };
  const when = age > 0 ? `${spoken(age)} ago` : `${spoken(-age)} ahead of this clock`;
  return {
    about,
    tone: 'warn',
    text: `Signed ${when}. A receiver refuses more than 5 minutes: right for a request from the log, wrong for one that just came.`,
  };
}

function spoken(seconds: number): string {
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** What a receiver or an editor may have done to the body. */
const bodyChanges: [string, (body: string) => string | null][] = [
  ['a line end was added to it', (body) => body.replace(/\r?\n$/, '')],
  ['spaces or line ends around it were added', (body) => body.trim()],
  ['line ends were turned into CR LF', (body) => body.replaceAll('\r\n', '\n')],
  ['the JSON was formatted or written again', compactJson],
];

function compactJson(body: string): string | null {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return null;
  }
}

/** Tries what is usually behind a wrong signature, until something fits. */
async function explain(
  sent: Sent,
  body: string,
  secret: string,
  found: Match,
  { hasStandard, hasPlain }: { hasStandard: boolean; hasPlain: boolean },
): Promise<Finding[]> {
  const fits = (other: Match) =>
    (hasStandard && found.standard === 0 && other.standard > 0) ||
    (hasPlain && found.plain === null && other.plain !== null);
  if (secret.trim() !== secret && fits(await match(sent, body, keysOf(secret.trim()))))
    return [
      {
        about: 'Secret',
        tone: 'bad',
        text: 'A space or a line end around the secret became a part of the key. Without it, the signature is right.',
      },
    ];

  const decoded = decodedKey(secret);
  if (decoded) {
    const swapped = await match(sent, body, { standard: plainKey(secret), plain: decoded });
    if (fits(swapped))
      return [
        {
          about: 'Key',
          tone: 'bad',
          text: 'The keys are swapped: webhook-signature takes the bytes that stand after whsec_ in Base64, X-Signature the text of the secret as shown, whsec_ and all.',
        },
      ];
  } else if (secret.startsWith(prefix)) {
    return [
      {
        about: 'Secret',
        tone: 'bad',
        text: 'What follows whsec_ is not Base64: something of it is missing or mistyped.',
      },
    ];
  } else {
    const whole = keysOf(prefix + secret);
    if (fits(await match(sent, body, whole)))
      return [{ about: 'Secret', tone: 'bad', text: 'The secret lacks its whsec_ at the beginning.' }];
  }

  for (const [what, change] of bodyChanges) {
    const other = change(body);
    if (other !== null && other !== body && fits(await match(sent, other, keysOf(secret))))
      return [
        {
          about: 'Body',
          tone: 'bad',
          text: `The body was changed: ${what}. Verify the bytes as they came, before anything parses them.`,
        },
      ];
  }
  if (found.plain !== null && found.standard === 0)
    return [
      {
        about: 'Headers',
        tone: 'bad',
        text: 'Secret and body are right, so webhook-id or webhook-timestamp is not of this request.',
      },
    ];
  if (found.standard > 0 && found.plain === null)
    return [
      {
        about: 'X-Signature',
        tone: 'bad',
        text: 'Secret and body are right, so X-Signature is not of this request, or was made with another key than the text of the secret.',
      },
    ];
  return [
    {
      about: 'Secret or body',
      tone: 'bad',
      text: 'The secret is of another webhook or of before a rotation, or the body is not the one that was sent. Compare the body with the delivery log, which has the very bytes.',
    },
  ];
}
