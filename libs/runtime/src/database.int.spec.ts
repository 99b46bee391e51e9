import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@arkan/testing';
import { DatabaseError, openDatabase, probeDatabase } from './database';
import { createLogger } from './log';

/** Instead of an old Postgres, which no machine needs to have for this: a server that speaks as much of its protocol (version 3) as asking for the version takes. */
class VersionOnlyServer {
  private readonly server: Server = createServer((socket) => this.serve(socket));
  private readonly open = new Set<Socket>();
  readonly queries: string[] = [];

  constructor(
    private readonly version: string,
    private readonly number: string,
  ) {}

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `postgres://user@127.0.0.1:${(this.server.address() as AddressInfo).port}/db`;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    let started = false;
    this.open.add(socket);
    socket.on('close', () => this.open.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (;;) {
        // The first message has no type byte.
        const at = started ? 1 : 0;
        if (received.length < at + 4 || received.length < at + received.readInt32BE(at)) return;
        const end = at + received.readInt32BE(at);
        const [type, body] = [received.toString('latin1', 0, at), received.subarray(at + 4, end)];
        received = received.subarray(end);
        if (!started) socket.write(Buffer.concat([message('R', int32(0)), ready]));
        else if (type === 'Q') this.answer(socket, body.toString('utf8', 0, body.length - 1));
        else socket.end();
        started = true;
      }
    });
  }

  private answer(socket: Socket, query: string): void {
    this.queries.push(query);
    const columns = ['server_version_num', 'server_version'];
    const described = columns.map((name) => Buffer.concat([text(name), Buffer.alloc(6), int32(25), Buffer.alloc(8)]));
    const values = [this.number, this.version].map((value) => Buffer.concat([int32(value.length), Buffer.from(value)]));
    socket.write(
      Buffer.concat([
        message('T', int16(columns.length), ...described),
        message('D', int16(columns.length), ...values),
        message('C', text('SELECT 1')),
        ready,
      ]),
    );
  }
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.from([value >> 24, value >> 16, value >> 8, value].map((byte) => byte & 255));
const text = (value: string) => Buffer.from(`${value}\0`);
function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}
const ready = message('Z', Buffer.from('I'));

const servers: VersionOnlyServer[] = [];
async function serverOf(version: string, number: string): Promise<[string, VersionOnlyServer]> {
  const server = new VersionOnlyServer(version, number);
  servers.push(server);
  return [await server.start(), server];
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const sentence = (version: string) =>
  `the database is Postgres ${version}; it must be 15 or newer: upgrade it, or name another by DATABASE_URL`;

describe('a database that is too old', () => {
  test.each([
    ['14.19', '140019'],
    ['14.99 (Debian 14.99-1)', '149999'],
    ['9.6.24', '90624'],
  ])('Postgres %s is refused at start with what to do', async (version, number) => {
    const [url, server] = await serverOf(version, number);
    const probing = probeDatabase(url);
    await expect(probing).rejects.toThrow(DatabaseError);
    await expect(probing).rejects.toThrow(sentence(version));
    expect(server.queries).toHaveLength(1);
  });

  test.each([
    ['15.0', '150000'],
    ['15beta1', '150000'],
    ['18.1', '180001'],
  ])('Postgres %s is not', async (version, number) => {
    const [url] = await serverOf(version, number);
    await expect(probeDatabase(url)).resolves.toBeUndefined();
  });

  test('is not migrated either: nothing but its version is asked for', async () => {
    const [url, server] = await serverOf('14.19', '140019');
    const options = { url, schema: 'registry', entities: [], migrations: [], poolMax: 2, log: createLogger('silent') };
    await expect(openDatabase(options)).rejects.toThrow(sentence('14.19'));
    expect(server.queries).toHaveLength(1);
  });

  test('is not what a real, present one is taken for', async () => {
    const database = await createTestDatabase();
    try {
      await expect(probeDatabase(database.url)).resolves.toBeUndefined();
    } finally {
      await database.drop();
    }
  });
});

test('a database that nobody answers for is refused with where to look', async () => {
  const [url, server] = await serverOf('18.1', '180001');
  await server.stop();
  servers.length = 0;
  await expect(probeDatabase(url)).rejects.toThrow(
    /^the database can not be opened: .*ECONNREFUSED.*; check DATABASE_URL and that the server runs$/,
  );
});
