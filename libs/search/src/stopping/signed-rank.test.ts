import { describe, expect, test } from 'vitest';
import { pOfGreater } from './signed-rank.ts';

/** By scipy 1.17: wilcoxon(differences, alternative="greater", zero_method="zsplit").pvalue. */
const scipy: readonly (readonly [name: string, differences: readonly number[], p: number])[] = [
  ['few, exact', [1.5, -0.25, 3, 2, 0.75], 0.0625],
  ['few with ties and a zero', [1, 1, -1, 2, 0, 3], 0.125],
  ['twenty with ties', [1, 3, -1, 2, 0, 0, 4, 1, 0, 2, 3, 0, 2, -1, 0, 0, -2, -3, -3, 0], 0.1883576171808402],
  [
    'sixty',
    [
      0.128, -0.02, 0.369, -1.036, 0.221, 0.538, 1.051, -0.546, -0.1, -1.715, -0.204, -1.897, -1.119, 1.402,
      -1.902, 1.099, 0.628, -0.012, 0.759, 0.827, 1.345, 0.07, -0.292, -0.305, -0.686, 0.255, -0.486, 1.369,
      -1.569, -0.794, -0.653, -1.793, 2.202, -2.108, 0.017, -0.225, 1.956, -1.685, 1.372, -0.431, 0.145,
      -0.371, 0.94, -0.838, 0.221, 0.653, 2.14, -2.105, 1.825, 1.248, -0.184, 0.605, -0.166, 1.947, 0.51,
      0.084, 0.072, 0.1, 0.123, -0.579,
    ],
    0.3646717869161709,
  ],
  [
    'far out in the tail',
    [
      3.029, 1.045, 0.197, 1.939, 1.927, 2.186, 1.898, 1.926, 2.166, 2.484, 1.776, 1.814, 2.97, 2.265, 1.507,
      3.162, 2.388, 1.706, 1.413, 2.149, 1.584, 1.471, 1.352, 1.747, 2.554, 1.783, 1.275, 2.334, 2.033, 2.422,
      2.601, 1.916, 1.928, 1.977, 1.433, 2.334, 2.686, 2.087, 1.881, 1.87, 1.61, 1.598, 1.8, 1.579, 1.781,
      1.211, 2.175, 2.025, 1.424, 0.851, 1.996, 2.552, 1.633, 1.759, 1.716, 2.327, 1.542, 2.493, 1.848, 2.462,
      2.016, 1.884, 1.261, 1.656, 1.869, 2.33, 2.122, 1.652, 2.205, 2.494,
    ],
    1.7795296449517537e-13,
  ],
];

describe('the signed-rank test', () => {
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);

  test.each(scipy)('gives what scipy gives: %s', (_name, differences, p) => {
    expect(pOfGreater(differences)).toBeCloseTo(p, 12);
  });

  test('is one half when every difference is zero, and certain when all favour one side', () => {
    expect(pOfGreater(range(20).map(() => 0))).toBeCloseTo(0.5, 12);
    expect(pOfGreater(range(50).map((i) => i + 1))).toBe(2 ** -50);
    expect(pOfGreater(range(50).map((i) => -i - 1))).toBe(1);
  });
});
