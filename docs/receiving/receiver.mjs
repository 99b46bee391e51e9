// Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] node receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const bodyMaxBytes = 1024 * 1024;
const toleranceSeconds = 5 * 60;
const seenMax = 100_000;

const secret = process.env.WEBHOOK_SECRET ?? '';
const plainKey = Buffer.from(secret, 'utf8');
const standardKey = secret.startsWith('whsec_') ? decodeBase64(secret.slice('whsec_'.length)) : plainKey;
if (standardKey.length === 0) throw new Error('WEBHOOK_SECRET is missing or not whsec_ and Base64');

/** Ids taken so far, oldest first. In production: a unique column, written in the transaction of the work itself. */
const seen = new Set();

const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
  try {
    const body = await readBody(request);
    const status = body === null ? 413 : receive(request.headers, body);
    // What is left of a body that is too long is not read, so the connection can't be used again.
    response.writeHead(status, body === null ? { connection: 'close' } : {}).end();
  } catch (error) {
    console.error(error.message); // The connection broke off. Not caught, it would end the process.
    response.destroy();
  }
});
server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});

/** The status to answer. */
function receive(headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  const plainSignature = headers['x-signature'];
  if (!id || !signatures || !plainSignature || !/^\d{1,12}$/.test(timestamp ?? '')) return 400;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return 401;

  const standard = createHmac('sha256', standardKey).update(`${id}.${timestamp}.`).update(body).digest('base64');
  if (!anyEqual(signatures.split(' '), `v1,${standard}`)) return 401;
  // While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
  const plain = createHmac('sha256', plainKey).update(body).digest('hex');
  if (!anyEqual([plainSignature, headers['x-signature-previous'] ?? ''], plain)) return 401;

  if (seen.has(id)) {
    console.log(`duplicate ${id}`);
    return 204;
  }
  seen.add(id);
  if (seen.size > seenMax) seen.delete(seen.values().next().value);
  console.log(`processed ${id}`); // Your work begins here: queue JSON.parse(body), then answer.
  return 204;
}

/** Compares in a time that does not tell how much of a candidate is right. */
function anyEqual(candidates, expected) {
  const right = Buffer.from(expected);
  return candidates
    .map((text) => Buffer.from(text))
    .some((c) => c.length === right.length && timingSafeEqual(c, right));
}

/** The body's bytes, or null where there are too many. */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > bodyMaxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Empty where the text is not Base64: Buffer.from would leave out what it can't read. */
function decodeBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : Buffer.alloc(0);
}
