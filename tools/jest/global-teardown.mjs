export default async function teardown() {
  await globalThis.arkanTestServer?.stop();
}
