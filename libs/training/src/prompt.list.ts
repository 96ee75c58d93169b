/**
 * The captions of the picture grid when the run names none: names from the training set, one class after the other,
 * so that the grid shows different things. The same dataset always gives the same list, whatever the run's seed:
 * grids of two runs can be laid side by side.
 */
import { createRng } from '@plumage/contract';
import type { Dataset } from '@plumage/data';

export const defaultPrompts = (dataset: Dataset, count: number): string[] => {
  const rng = createRng(1, 'prompts');
  const byClass = new Map<number, string[]>();
  for (const item of dataset.items) {
    if (item.split !== 'train') continue;
    const names = byClass.get(item.classId) ?? [];
    if (!names.includes(item.name)) names.push(item.name);
    byClass.set(item.classId, names);
  }
  const groups = [...byClass.values()];
  const prompts: string[] = [];
  while (prompts.length < count && groups.some((names) => names.length > 0)) {
    for (const names of groups) {
      if (names.length === 0 || prompts.length === count) continue;
      prompts.push(...names.splice(rng.int(names.length), 1));
    }
  }
  return prompts;
};
