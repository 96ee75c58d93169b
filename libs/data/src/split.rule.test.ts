import { describe, expect, it } from 'vitest';
import { splitClasses } from './split.rule.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `class ${i}`);
const countOf = (split: string, of: Map<string, string>): number =>
  [...of.values()].filter((value) => value === split).length;

describe('splitClasses', () => {
  it('does not depend on the order or the number of mentions', () => {
    const once = splitClasses(names(20));
    const shuffled = splitClasses([...names(20).reverse(), ...names(20)]);
    expect(new Map([...shuffled].sort())).toEqual(new Map([...once].sort()));
  });

  it.each([4, 5, 7, 15, 49, 200])(
    'fills all three parts of %i classes and leaves two to train on',
    (count) => {
      const split = splitClasses(names(count));
      expect(countOf('test', split)).toBe(Math.max(1, Math.round(count * 0.15)));
      expect(countOf('validation', split)).toBe(countOf('test', split));
      expect(countOf('train', split)).toBeGreaterThanOrEqual(2);
    },
  );

  it.each([0, 1, 2, 3])('holds nothing out of %i classes', (count) => {
    expect(countOf('train', splitClasses(names(count)))).toBe(count);
  });

  it('keeps the emoji classes where published runs had them', () => {
    const emoji =
      'animal-amphibian animal-bird animal-bug animal-mammal animal-marine animal-reptile dishware drink food-asian food-fruit food-prepared food-sweet food-vegetable plant-flower plant-other';
    const split = splitClasses(emoji.split(' '));
    const held = [...split].filter(([, part]) => part !== 'train').map(([name, part]) => `${part} ${name}`);
    expect(held.sort()).toEqual([
      'test animal-amphibian',
      'test food-prepared',
      'validation dishware',
      'validation plant-other',
    ]);
  });
});
