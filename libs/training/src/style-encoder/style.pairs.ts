/**
 * The pairs that style verification is asked about (Reed et al. 2016, section 5.2): two pictures whose labels fall into
 * one group of K-means are of the same style, others are not. Half of the pairs are of each kind, drawn by a seed, so
 * that the same data always asks the same questions; and both pictures show different things, since two drawings of
 * one thing would match by what they show.
 */
import type { Rng } from '@plumage/contract';

export interface StylePairs {
  /** Indexes of pictures. */
  readonly pairs: readonly (readonly [number, number])[];
  /** For each pair whether it is of the same style. */
  readonly same: readonly boolean[];
}

/** Draws that find no pair before a kind is taken to be missing. */
const mostTries = 200;

/**
 * @param labels the style group of each picture
 * @param shows what each picture shows
 * @param count pairs in all; odd indexes are of different styles
 * @returns null when there are no pairs of one kind: one group, or each picture a group of its own
 */
export const drawPairs = (
  labels: readonly number[],
  shows: readonly string[],
  count: number,
  rng: Rng,
): StylePairs | null => {
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  });
  const companions = labels.map((label) => groups.get(label) as number[]);
  const draw = (wanted: boolean): readonly [number, number] | null => {
    for (let tries = 0; tries < mostTries; tries++) {
      const first = rng.int(labels.length);
      const among = wanted ? (companions[first] as number[]) : labels;
      const drawn = rng.int(among.length);
      const second = wanted ? (among[drawn] as number) : drawn;
      if (shows[first] === shows[second]) continue;
      if ((labels[first] === labels[second]) === wanted) return [first, second];
    }
    return null;
  };
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < count; i++) {
    const pair = draw(i % 2 === 0);
    if (pair === null) return null;
    pairs.push(pair);
  }
  return { pairs, same: pairs.map((_, i) => i % 2 === 0) };
};
