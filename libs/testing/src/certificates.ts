import { generate } from 'selfsigned';

export interface ServerCertificate {
  key: string;
  cert: string;
  /** What a client has to trust. */
  caPem: string;
}

const algorithm = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

let authority: ReturnType<typeof makeAuthority> | null = null;
const issued = new Map<string, Promise<ServerCertificate>>();

/** The one certificate authority of this process's tests: every receiver and mail server is signed by it. */
export async function testCaPem(): Promise<string> {
  return (await (authority ??= makeAuthority())).cert;
}

/** A certificate for 127.0.0.1, ::1, localhost and `hosts`, made once a process and set of names. */
export async function serverCertificate(hosts: readonly string[] = []): Promise<ServerCertificate> {
  const names = [...new Set(['localhost', ...hosts])].sort();
  const known = issued.get(names.join());
  if (known) return known;
  const made = issue(names);
  issued.set(names.join(), made);
  return made;
}

async function makeAuthority() {
  return generate([{ name: 'commonName', value: 'ArkanPM test authority' }], {
    ...algorithm,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

async function issue(names: readonly string[]): Promise<ServerCertificate> {
  const ca = await (authority ??= makeAuthority());
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...algorithm,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert, caPem: ca.cert };
}
