/**
 * The Pareto front of points that are all to be made small, and the volume that it dominates below a reference point
 * (Zitzler & Thiele 1998): by WFG's recursion over exclusive volumes (While, Bradstreet & Barone, "A Fast Way of
 * Calculating Exact Hypervolumes", IEEE TEC 2012), with a sweep at two dimensions.
 */
export type Point = readonly number[];

/** Nowhere worse, somewhere better. A loop, as a front of 10,000 points asks it fifty million times. */
export const dominates = (a: Point, b: Point): boolean => {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    const own = a[i] as number;
    const other = b[i] as number;
    if (own > other) return false;
    if (own < other) isBetter = true;
  }
  return isBetter;
};

/** A loop, as `dominates` is. */
const lexicographic = (a: Point, b: Point): number => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Positions in the order of their points' values: a point can only be dominated by one that stands before it. */
const orderOf = (points: readonly Point[]): number[] =>
  [...points.keys()].sort((a, b) => lexicographic(points[a] as Point, points[b] as Point));

/** Splits positions, in the order of their points' values, into those that no other dominates and the rest. */
const peel = (points: readonly Point[], order: readonly number[]): { front: number[]; rest: number[] } => {
  const front: number[] = [];
  const rest: number[] = [];
  for (const i of order) {
    const point = points[i] as Point;
    // Of two dimensions the newest member of the front decides, since the others are worse in the second.
    const rivals = point.length <= 2 ? front.slice(-1) : front;
    (rivals.some((rival) => dominates(points[rival] as Point, point)) ? rest : front).push(i);
  }
  return { front, rest };
};

const ascending = (positions: number[]): number[] => positions.sort((a, b) => a - b);

/** Positions of the points that no other dominates, ascending; of equal points all. Points must be finite. */
export const paretoFront = (points: readonly Point[]): number[] =>
  ascending(peel(points, orderOf(points)).front);

/** The front, the front of what it leaves, and so on (Deb et al. 2002, section III.A), until `enough` are in them. */
export const paretoFronts = (points: readonly Point[], enough: number): number[][] => {
  const fronts: number[][] = [];
  let missing = enough;
  for (let order = orderOf(points); missing > 0 && order.length > 0; ) {
    const { front, rest } = peel(points, order);
    fronts.push(ascending(front));
    missing -= front.length;
    order = rest;
  }
  return fronts;
};

/** The area below the reference that a front of two dimensions dominates. */
const area = (front: readonly Point[], reference: Point): number => {
  let ceiling = reference[1] ?? 0;
  let sum = 0;
  for (const [x = 0, y = 0] of [...front].sort(lexicographic)) {
    if (y >= ceiling) continue;
    sum += ((reference[0] ?? 0) - x) * (ceiling - y);
    ceiling = y;
  }
  return sum;
};

const boxVolume = (point: Point, reference: Point): number =>
  point.reduce((product, value, i) => product * ((reference[i] ?? 0) - value), 1);

const volume = (points: readonly Point[], reference: Point): number => {
  const front = paretoFront(points).map((i) => points[i] as Point);
  if (reference.length === 2) return area(front, reference);
  // Worst in the last dimension first: all that later points share with one then has its height there, and what is
  // left to measure has a dimension less.
  front.sort((a, b) => (b.at(-1) ?? 0) - (a.at(-1) ?? 0));
  const floor = reference.slice(0, -1);
  return front.reduce((sum, point, i) => {
    const base = point.slice(0, -1);
    const shared = front.slice(i + 1).map((other) => base.map((value, d) => Math.max(value, other[d] ?? 0)));
    const exclusive = boxVolume(base, floor) - (shared.length === 0 ? 0 : volume(shared, floor));
    return sum + ((reference.at(-1) ?? 0) - (point.at(-1) ?? 0)) * exclusive;
  }, 0);
};

/** Points that are not better than the reference everywhere add nothing. */
export const hypervolume = (points: readonly Point[], reference: Point): number => {
  const inside = points.filter((point) => point.every((value, i) => value < (reference[i] ?? 0)));
  if (inside.length === 0) return 0;
  if (reference.length === 1) return boxVolume([Math.min(...inside.map(([x = 0]) => x))], reference);
  return volume(inside, reference);
};
