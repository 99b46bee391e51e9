export default async function teardown() {
  await globalThis.arkanTestCluster?.stop();
  globalThis.arkanTestCluster = undefined;
  await globalThis.arkanTestServer?.stop();
}
