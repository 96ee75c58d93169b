/**
 * Which picture, and which wrong one. Items lie in groups: by class (the paper's protocol for birds and flowers) or
 * by what is drawn (its protocol for COCO, where every instance is its own). A draw takes a group uniformly, then
 * one of its items, so that large groups are not seen more often; the wrong picture is drawn the same way from the
 * other groups and so can never be of the right one's.
 */
import type { Rng } from '@plumage/contract';
import { DatasetError } from './data.error.ts';
import type { Dataset, Split } from './dataset.type.ts';

export type Pairing = 'class' | 'instance';

export interface PairSampler {
  /** Two item indexes: the right one, and one of another group. */
  draw(rng: Rng): { right: number; wrong: number };
}

/** The items of a split, those of one class (or instance) together, in the order in which the groups occur. */
export const groupItems = (dataset: Dataset, split: Split, by: Pairing): number[][] => {
  const groups = new Map<string | number, number[]>();
  dataset.items.forEach((item, index) => {
    if (item.split !== split) return;
    const key = by === 'class' ? item.classId : item.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return [...groups.values()];
};

/** @throws DatasetError DATASET_TOO_FEW_CLASSES when the split has fewer than two groups */
export const createPairSampler = (dataset: Dataset, split: Split, paired: Pairing): PairSampler => {
  const members = groupItems(dataset, split, paired);
  if (members.length < 2) {
    throw new DatasetError(
      'DATASET_TOO_FEW_CLASSES',
      `dataset ${dataset.name}: its ${split} split has ${members.length} ${paired === 'class' ? 'classes' : 'instances'}; a wrong pair needs at least 2`,
    );
  }
  const memberOf = (rng: Rng, group: number): number => {
    const items = members[group] as number[];
    return items[rng.int(items.length)] as number;
  };
  return {
    draw(rng) {
      const group = rng.int(members.length);
      const other = rng.int(members.length - 1);
      return { right: memberOf(rng, group), wrong: memberOf(rng, other < group ? other : other + 1) };
    },
  };
};
