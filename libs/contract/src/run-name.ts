/**
 * A run's short human name: a bird and the run's number in its sweep. The number alone makes it unique in the sweep;
 * the bird makes two neighbours easy to tell apart when read aloud.
 */
// biome-ignore format: eight to a line is easier to check than sixty-four lines
const birds = [
  'avocet', 'bittern', 'bluebird', 'bulbul', 'bunting', 'buzzard', 'cardinal', 'chough',
  'condor', 'coot', 'cormorant', 'crane', 'crossbill', 'curlew', 'dipper', 'dove',
  'dunlin', 'egret', 'eider', 'falcon', 'finch', 'flamingo', 'gannet', 'godwit',
  'goshawk', 'grebe', 'grouse', 'gull', 'harrier', 'heron', 'hoopoe', 'ibis',
  'jackdaw', 'jay', 'kestrel', 'kingfisher', 'kite', 'kittiwake', 'knot', 'lapwing',
  'lark', 'linnet', 'magpie', 'martin', 'merlin', 'nightjar', 'nuthatch', 'oriole',
  'osprey', 'ouzel', 'petrel', 'pipit', 'plover', 'puffin', 'quail', 'raven',
  'robin', 'rook', 'sanderling', 'siskin', 'starling', 'swift', 'tern', 'wren',
] as const;

/** 37 is odd, so all 64 birds come round before one repeats, and neighbours are far apart in the alphabet. */
const STRIDE = 37;

/**
 * The name of run `number` of a sweep, such as `gull-0042`.
 *
 * @param number the run's number in its sweep, an integer of at least 1
 * @throws RangeError for any other number
 */
export const runName = (number: number): string => {
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`runName: number must be an integer of at least 1, got ${number}`);
  }
  return `${birds[(number * STRIDE) % birds.length]}-${String(number).padStart(4, '0')}`;
};
