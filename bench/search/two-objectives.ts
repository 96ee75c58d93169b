/**
 * ZDT1 to 3 (Zitzler, Deb, Thiele 2000) in five dimensions: two losses, and fronts that are convex, concave and broken.
 * A search's result is the hypervolume between its points and a reference that every search reaches at once.
 */
import type { Assignment } from '@plumage/contract';

export type Reference = readonly [first: number, second: number];

export interface TwoObjectives {
  readonly parameters: string;
  readonly evaluate: (assignment: Assignment) => readonly number[];
  readonly optimum: number;
  readonly reference: Reference;
}

const SIZE = 5;
const reference: Reference = [1.1, 6];

/** @param shape the second loss over g, by f / g and f */
const zdt = (shape: (share: number, f: number) => number, optimum: number): TwoObjectives => ({
  parameters: Array.from(
    { length: SIZE },
    (_, i) => `  x${i + 1}: {distribution: uniform, min: 0, max: 1}`,
  ).join('\n'),
  evaluate: (point) => {
    const [f, ...rest] = Array.from({ length: SIZE }, (_, i) => Number(point[`x${i + 1}`])) as [number];
    const g = 1 + (9 * rest.reduce((a, b) => a + b, 0)) / (SIZE - 1);
    return [f, g * shape(f / g, f)];
  },
  optimum,
  reference,
});

/** The optima: 6.6, which is the area up to (1.1, 6), less what lies under the front (zdt3 by quadrature). */
export const twoObjectives: Readonly<Record<string, TwoObjectives>> = {
  zdt1: zdt((share) => 1 - Math.sqrt(share), 6.6 - 1 / 3),
  zdt2: zdt((share) => 1 - share ** 2, 6.6 - 2 / 3),
  zdt3: zdt((share, f) => 1 - Math.sqrt(share) - share * Math.sin(10 * Math.PI * f), 6.7217629),
};

/** Of two losses: the area between the points' front and the reference. */
export const hypervolume = (points: readonly (readonly number[])[], [right, top]: Reference): number => {
  const sorted = points
    .map(([first, second]) => [first as number, second as number] as const)
    .toSorted(([a1, a2], [b1, b2]) => a1 - b1 || a2 - b2);
  let total = 0;
  let ceiling = top;
  for (const [first, second] of sorted) {
    if (first >= right || second >= ceiling) continue;
    total += (right - first) * (ceiling - second);
    ceiling = second;
  }
  return total;
};
