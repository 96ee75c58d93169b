/**
 * Which ladder of rungs a run climbs. It hangs on the run's number alone, so that it is the same after a restart and
 * in a replay.
 */

/** CRC-32 (ISO 3309), bit by bit: the texts have a dozen characters. */
const crc32 = (text: string): number => {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

/**
 * The bracket of run `number`, one of `weights.length` by their whole-number weights: where the hash of Optuna's
 * Hyperband puts trial number - 1 of a study "plumage". The sweep's own name has no part, since it may be changed.
 */
export const bracketByWeight = (number: number, weights: readonly number[]): number => {
  const total = weights.reduce((a, b) => a + b, 0);
  let left = crc32(`plumage_${number - 1}`) % total;
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  );
};

/**
 * The bracket of run `number` by the brackets' shares, which sum to 1. Multiples of the golden ratio divide any
 * stretch of numbers by the shares nearly exactly, where a hash would be off by a tenth in a sweep of a hundred runs.
 */
export const bracketByShare = (number: number, shares: readonly number[]): number => {
  let left = (number * ((Math.sqrt(5) - 1) / 2)) % 1;
  const found = shares.findIndex((share) => (left -= share) < 0);
  return found < 0 ? shares.length - 1 : found;
};
