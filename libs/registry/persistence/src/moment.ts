/** Where `asOf` points: a place in the order of all events, or a time. Either includes what happened at it. */
export type Moment = { position: bigint } | { timeMs: number };

/** Positions are 64 bits with sign in every store. */
const positionMax = 2n ** 63n - 1n;

/** Digits are a position, anything else a time; the contract has checked that it is one of them. */
export function parseMoment(text: string): Moment {
  if (!/^\d{1,20}$/.test(text)) return { timeMs: Date.parse(text) };
  const position = BigInt(text);
  return { position: position > positionMax ? positionMax : position };
}

/** A condition on a row of `history`, as two parameters of which one is null. */
export function momentParams(moment: Moment): [position: string | null, at: string | null] {
  return 'position' in moment ? [String(moment.position), null] : [null, new Date(moment.timeMs).toISOString()];
}

/** With the parameters of `momentParams` at these places. */
export const untilMoment = (position: string, at: string) =>
  `(h.position <= ${position}::bigint or h.at <= ${at}::timestamptz)`;
