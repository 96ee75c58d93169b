import { describe, expect, it } from 'vitest';
import { defaultPrompts } from './prompt.list.ts';
import { drawnDataset } from './training.fixture.ts';

describe('the prompts of a run that names none', () => {
  it('are names of training items, the same each time', () => {
    const prompts = defaultPrompts(drawnDataset(), 4);
    expect(prompts).toHaveLength(4);
    for (const prompt of prompts) expect(prompt).toMatch(/^disc [012]-\d$/);
    expect(defaultPrompts(drawnDataset(), 4)).toEqual(prompts);
  });

  it('are captions where a name is only that of a file', () => {
    const drawn = drawnDataset();
    const items = drawn.items.map((item) => ({ ...item, name: `photos/${item.id}.jpg` }));
    for (const prompt of defaultPrompts({ ...drawn, items }, 4)) expect(prompt).toMatch(/^disc /);
  });
});
