/**
 * The captions of the picture grid when the run names none: first those of quickstartPrompts that the training set
 * knows (the emoji set knows all), then names from it, one class after the other, so that the grid shows different
 * things. A photograph's name is that of its file, which is no prompt: its first caption is. The same dataset always
 * gives the same list, whatever the run's seed: grids of two runs can be laid side by side.
 */
import { createRng, quickstartPrompts } from '@plumage/contract';
import type { Dataset } from '@plumage/data';

export const defaultPrompts = (dataset: Dataset, count: number): string[] => {
  const rng = createRng(1, 'prompts');
  const byClass = new Map<number, string[]>();
  for (const item of dataset.items) {
    if (item.split !== 'train') continue;
    const names = byClass.get(item.classId) ?? [];
    const prompt = item.captions.includes(item.name) ? item.name : (item.captions[0] ?? item.name);
    if (!names.includes(prompt)) names.push(prompt);
    byClass.set(item.classId, names);
  }
  const groups = [...byClass.values()];
  const known = new Set(dataset.items.flatMap(({ split, captions }) => (split === 'train' ? captions : [])));
  const prompts = quickstartPrompts.filter((prompt) => known.has(prompt)).slice(0, count);
  while (prompts.length < count && groups.some((names) => names.length > 0)) {
    for (const names of groups) {
      if (names.length === 0 || prompts.length === count) continue;
      prompts.push(...names.splice(rng.int(names.length), 1));
    }
  }
  return prompts;
};
