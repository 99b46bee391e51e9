/** Where randomness comes from; a test gives a seeded one. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  bytes(length: number): Buffer;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (length) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))),
};

/** mulberry32: small, repeatable, for tests and simulations only. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, bytes: (length) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))) };
}
