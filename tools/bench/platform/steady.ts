import { quantile, type Emitter, type Load } from './load';
import type { BenchReceiver } from './processes';
import { round, say } from './report';

export const steadyPerSecond = 200;

/** How long an event takes from the start of the call that emits it to the arrival of the POST, at an even rate. */
export async function steady(
  load: Pick<Load, 'steady'>,
  receiver: BenchReceiver,
  emitter: Emitter,
  seconds: number,
  prefix: string,
) {
  receiver.clear();
  const began = await load.steady(emitter, steadyPerSecond, seconds, prefix);
  await receiver.reached(began.size, 60_000);
  const latencies = [...began].map(([id, at]) => receiver.arrivals.get(id)! - at);
  const figure = {
    p50Ms: round(quantile(latencies, 0.5), 2),
    p99Ms: round(quantile(latencies, 0.99), 2),
    maxMs: round(quantile(latencies, 1), 1),
  };
  say(
    `${steadyPerSecond} events/s, from the start of the call to the POST: p50 ${figure.p50Ms} ms, p99 ${figure.p99Ms} ms, worst ${figure.maxMs} ms`,
  );
  return figure;
}
