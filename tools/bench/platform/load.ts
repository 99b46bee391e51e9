import { Pool } from 'undici';

export interface Emitter {
  tenantId: string;
  key: string;
}

export interface Load {
  /** Publishes `count` events one by one over `connections`, in turn for each tenant; gives the seconds from the first call to the last answer. */
  single(emitters: readonly Emitter[], count: number, connections: number, idPrefix: string): Promise<number>;
  /** The same in batches of `size` of one tenant each. */
  batches(
    emitters: readonly Emitter[],
    count: number,
    size: number,
    connections: number,
    idPrefix: string,
  ): Promise<number>;
  /** `perSecond` for `seconds`, evenly; gives the ms (since 1970) at which each event's call began. */
  steady(emitter: Emitter, perSecond: number, seconds: number, idPrefix: string): Promise<Map<string, number>>;
  close(): Promise<void>;
}

export const eventType = 'maintenance.work_order.created';
export const now = () => performance.timeOrigin + performance.now();

/** `data` is that of every event: about 1 KiB. */
export function createLoad(url: string, data: unknown, connectionsMax: number): Load {
  const pool = new Pool(url, { connections: connectionsMax, pipelining: 1 });
  const text = JSON.stringify(data);
  const eventText = (id: string, tenantId: string) =>
    `{"specversion":"1.0","id":"${id}","source":"/bench","type":"${eventType}","tenantid":"${tenantId}","data":${text}}`;

  async function post(key: string, body: string, contentType: string): Promise<void> {
    const answer = await pool.request({
      method: 'POST',
      path: '/v1/events',
      headers: { authorization: `Bearer ${key}`, 'content-type': contentType },
      body,
    });
    const answered = await answer.body.text();
    if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${answered.slice(0, 300)}`);
  }

  async function work(total: number, connections: number, one: (index: number) => Promise<void>): Promise<number> {
    const startedAt = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < total) await one(next++);
      }),
    );
    return (performance.now() - startedAt) / 1_000;
  }

  return {
    single: (emitters, count, connections, idPrefix) =>
      work(count, connections, (index) => {
        const emitter = emitters[index % emitters.length]!;
        return post(emitter.key, eventText(`${idPrefix}-${index}`, emitter.tenantId), 'application/cloudevents+json');
      }),
    batches: (emitters, count, size, connections, idPrefix) =>
      work(Math.ceil(count / size), connections, (batch) => {
        const emitter = emitters[batch % emitters.length]!;
        const ids = Array.from(
          { length: Math.min(size, count - batch * size) },
          (_, i) => `${idPrefix}-${batch * size + i}`,
        );
        return post(
          emitter.key,
          `[${ids.map((id) => eventText(id, emitter.tenantId)).join()}]`,
          'application/cloudevents-batch+json',
        );
      }),
    async steady(emitter, perSecond, seconds, idPrefix) {
      const began = new Map<string, number>();
      const startedAt = performance.now();
      const calls: Promise<void>[] = [];
      for (let i = 0; i < perSecond * seconds; i++) {
        const waitMs = startedAt + (i * 1_000) / perSecond - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        const id = `${idPrefix}-${i}`;
        began.set(id, now());
        calls.push(post(emitter.key, eventText(id, emitter.tenantId), 'application/cloudevents+json'));
      }
      await Promise.all(calls);
      return began;
    },
    close: () => pool.close(),
  };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
