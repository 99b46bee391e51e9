// The other process of embedded.int.spec.ts: holds a server until it is killed or told to end.
import { startEmbeddedPostgres } from './embedded';

const [dataDir = '', uid, native, version] = process.argv.slice(2);
if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  const server = await startEmbeddedPostgres({
    dataDir,
    ...(native && version ? { installed: { native, version } } : {}),
  });
  console.log(JSON.stringify({ url: server.url(), pid: server.pid }));
  process.stdin.once('data', () => process.exit(0));
} catch (error) {
  console.log(JSON.stringify({ error: (error as Error).message }));
  process.exit(1);
}
