/** Tries that one mail may take, the first one included. */
export const mailTriesMax = 10;
/** A mail that is older is given up: what it tells is no news any more. Milliseconds. */
export const mailAgeMaxMs = 86_400_000;

const baseMs = 15_000;
const maxMs = 6 * 3_600_000;

/**
 * How long to wait after the `tries`th failed try of a mail made at `createdAtMs`, or null: give it up. 15 s, then three times as
 * long each time, 6 h at most, +-20 % by `random` (in [0, 1)), so that a server that comes back is not met by all mails at once.
 */
export function mailRetryDelayMs(tries: number, createdAtMs: number, nowMs: number, random: number): number | null {
  if (tries >= mailTriesMax) return null;
  const delayMs = Math.round(Math.min(baseMs * 3 ** (tries - 1), maxMs) * (0.8 + 0.4 * random));
  return nowMs + delayMs - createdAtMs > mailAgeMaxMs ? null : delayMs;
}
