/**
 * `node tools/certificates.mjs <directory of the node> <directory of the authority> <name>…`: a certificate for the event store's
 * node and that of the authority that signed it, which clients trust. Those that are there, and hold for a month, stay.
 * The authority's key is kept nowhere: it signs once. RSA, with the common name that EventStoreDB expects of its nodes.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const dayMs = 86_400_000;
const validMs = 825 * dayMs;
const common = { keyType: 'rsa', keySize: 2048, algorithm: 'sha256' };

const [nodeDirectory, authorityDirectory, ...names] = process.argv.slice(2);
if (!nodeDirectory || !authorityDirectory || names.length === 0) {
  console.error('usage: node tools/certificates.mjs <directory of the node> <directory of the authority> <name>…');
  process.exit(2);
}
const files = {
  certificate: join(nodeDirectory, 'node.crt'),
  key: join(nodeDirectory, 'node.key'),
  authority: join(authorityDirectory, 'ca.crt'),
};

async function isGood() {
  try {
    const authority = new X509Certificate(await readFile(files.authority));
    const certificate = new X509Certificate(await readFile(files.certificate));
    const holds = new Date(certificate.validTo).getTime() - Date.now() > 30 * dayMs;
    return holds && certificate.verify(authority.publicKey) && names.every((name) => certificate.checkHost(name));
  } catch {
    return false;
  }
}

if (await isGood()) {
  console.log('The certificates are there, and hold.');
} else {
  const notAfterDate = new Date(Date.now() + validMs);
  const authority = await generate([{ name: 'commonName', value: 'ArkanPM Webhooks event store' }], {
    ...common,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const node = await generate([{ name: 'commonName', value: 'eventstoredb-node' }], {
    ...common,
    notAfterDate,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2, value })), { type: 7, ip: '127.0.0.1' }],
      },
    ],
  });
  for (const directory of [nodeDirectory, authorityDirectory]) await mkdir(directory, { recursive: true });
  await writeFile(files.key, node.private, { mode: 0o600 });
  await writeFile(files.certificate, node.cert);
  await writeFile(files.authority, authority.cert);
  console.log(`Certificates for ${names.join(', ')} were made; they hold until ${notAfterDate.toISOString()}.`);
}
