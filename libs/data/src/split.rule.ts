/**
 * The zero-shot split of the paper (section 5: disjoint sets of classes), decided by the class names alone, so that
 * every machine and every build agrees and no seed can leak a held-out class into training.
 *
 * Classes are ranked by sha256(salt, name): the first 15% are the test set, the next 15% validation, the rest
 * train. A rank rather than a threshold, because a handful of classes must still fill all three parts.
 * The salt is a constant that was looked for once: one for which the default emoji set trains on fruit, vegetables,
 * sweets, drinks, mammals, birds, marine animals and flowers, holds out two parts of useful size, and keeps its
 * one-picture class (the frog) out of training, where class-balanced sampling would show it as often as 66 mammals.
 */
import { createHash } from 'node:crypto';
import type { Split } from './dataset.type.ts';

const SALT = 'plumage-split-296';
const HELD_OUT_SHARE = 0.15;
/** Below this a held-out part would leave fewer than the two training classes that a wrong pair needs. */
const FEWEST_CLASSES_TO_SPLIT = 4;

/** The split of each distinct name. With fewer than four classes nothing is held out: all is `train`. */
export const splitClasses = (names: readonly string[]): Map<string, Split> => {
  const ranked = [...new Set(names)]
    .map((name) => ({ name, rank: createHash('sha256').update(`${SALT}\0${name}`).digest('hex') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const held =
    ranked.length < FEWEST_CLASSES_TO_SPLIT ? 0 : Math.max(1, Math.round(ranked.length * HELD_OUT_SHARE));
  const splitAt = (place: number): Split =>
    place < held ? 'test' : place < 2 * held ? 'validation' : 'train';
  return new Map(ranked.map(({ name }, place) => [name, splitAt(place)]));
};
