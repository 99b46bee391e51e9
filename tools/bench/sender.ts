import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { createSigningKey, customHeaders, deliveryHeaders, signatureHeaders } from '@arkan/dispatcher-domain';
import { createSender } from '@arkan/dispatcher-feature';
import { parseCidrs } from '@arkan/kernel';
import { serverCertificate } from '@arkan/testing';
import { Pool } from 'undici';

/**
 * What the sender costs beside bare undici: signed POSTs of 1 KiB over TLS to a receiver in another process, in turns of the same
 * run, so that a noisy machine is noisy for both. Prints one JSON object.
 *
 * Bundle and run: `npx esbuild tools/bench/sender.ts --bundle --platform=node --format=esm --packages=external
 * --tsconfig=tsconfig.base.json --outfile=.cache/bench-sender.mjs && node .cache/bench-sender.mjs`
 */
const connections = 50;
const sendsPerRound = 40_000;
const rounds = 3;
const body = Buffer.alloc(1_024, 'x');
const key = createSigningKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const custom = customHeaders([['Authorization', 'Bearer of-the-receiver']]);
let sent = 0;

/** All that an attempt needs anew: two signatures and a dozen headers. */
function headers(): string[] {
  const deliveryId = `dlv_${(sent++).toString(16).padStart(32, '0')}`;
  const signature = signatureHeaders({ keys: [key], messageId: deliveryId, nowMs: Date.now(), body });
  return deliveryHeaders({
    eventType: 'maintenance.work_order.created',
    eventId: deliveryId,
    deliveryId,
    attempt: 1,
    signature,
    custom,
  });
}

async function receive(): Promise<void> {
  const certificate = await serverCertificate();
  const server = createServer(certificate, (request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-length': 2 }).end('ok'));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ address: server.address(), caPem: certificate.caPem });
  });
  process.on('disconnect', () => process.exit(0));
}

/** `width` at a time until `sendsPerRound` are done. Answers sends a second and us of CPU a send. */
async function round(width: number, send: () => Promise<void>): Promise<{ perSecond: number; cpuUs: number }> {
  let left = sendsPerRound;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const lane = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: width }, lane));
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: Math.round((sendsPerRound / tookMs) * 1_000), cpuUs: (user + system) / sendsPerRound };
}

async function measure(): Promise<void> {
  const receiver = fork(process.argv[1] ?? '', ['receiver']);
  const [{ address, caPem }] = (await once(receiver, 'message')) as [{ address: { port: number }; caPem: string }];
  const origin = `https://127.0.0.1:${address.port}`;
  const pool = new Pool(origin, { connections, connect: { ca: caPem } });
  const sender = createSender({
    allowedCidrs: parseCidrs(['127.0.0.1/32']),
    ca: [caPem],
    limits: { connectionsPerGroup: connections },
  });
  const ways = {
    undici: async () => {
      const answer = await pool.request({ path: '/hook', method: 'POST', headers: headers(), body });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
    },
    sender: async () => {
      const result = await sender.send({ url: `${origin}/hook`, headers: headers(), body, timeoutMs: 10_000 });
      if (result.outcome !== 'success') throw new Error(result.error ?? result.outcome);
    },
    senderOf100Webhooks: async () => {
      const group = `wh_${sent % 100}`;
      const result = await sender.send({ url: `${origin}/hook`, group, headers: headers(), body, timeoutMs: 10_000 });
      if (result.outcome !== 'success') throw new Error(result.error ?? result.outcome);
    },
  };
  const best = {
    undici: { perSecond: 0, cpuUs: 0 },
    sender: { perSecond: 0, cpuUs: 0 },
    senderOf100Webhooks: { perSecond: 0, cpuUs: 0 },
  };
  for (let i = 0; i <= rounds; i++) {
    for (const name of Object.keys(ways) as (keyof typeof ways)[]) {
      const measured = await round(connections, ways[name]);
      // The first round only warms up.
      if (i > 0 && measured.perSecond > best[name].perSecond) best[name] = measured;
    }
  }
  await sender.close();
  await pool.close();
  receiver.disconnect();
  const ratio = best.sender.perSecond / best.undici.perSecond;
  console.log(JSON.stringify({ bodyBytes: body.length, connections, sendsPerRound, ...best, ratio }, null, 2));
}

await (process.argv[2] === 'receiver' ? receive() : measure());
