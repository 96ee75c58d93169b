/**
 * K-means (Lloyd 1982) from centres by k-means++ (Arthur and Vassilvitskii 2007): the groups of equal style of Reed et
 * al. 2016, section 5.2. The same points and seed give the same groups: ties go to the lower index, and a group that
 * loses all its points takes the one that is farthest from its centre.
 */
import type { Rng } from '@plumage/contract';

export type Point = readonly number[];

export interface Clusters {
  /** For each point its group, 0 to centres.length - 1. */
  readonly labels: readonly number[];
  readonly centres: readonly Point[];
  /** Sum of the squared distances of points to their centres. */
  readonly inertia: number;
}

const squaredDistance = (a: Point, b: Point): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);

const mostRounds = 300;

/** The nearest centre and how far it is, squared; the lower index of equal ones. */
const nearestOf = (point: Point, centres: readonly Point[]): [number, number] => {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  centres.forEach((centre, index) => {
    const far = squaredDistance(point, centre);
    if (far < least) [best, least] = [index, far];
  });
  return [best, least];
};

/** Each next centre is a point, with a chance that grows as the square of its distance from those before. */
export const seedCentres = (points: readonly Point[], count: number, rng: Rng): Point[] => {
  const centres: Point[] = [];
  const distances = points.map(() => 1);
  while (centres.length < count) {
    const total = distances.reduce((sum, value) => sum + value, 0);
    let left = rng.next() * total;
    const found = distances.findIndex((value) => {
      left -= value;
      return value > 0 && left < 0;
    });
    const last = distances.findLastIndex((value) => value > 0);
    const centre = points[found < 0 ? last : found] as Point;
    centres.push(centre);
    points.forEach((point, i) => {
      const far = squaredDistance(point, centre);
      distances[i] = centres.length === 1 ? far : Math.min(distances[i] as number, far);
    });
  }
  return centres;
};

/** Lloyd's rounds from given centres, until no point changes its group. */
export const refineClusters = (points: readonly Point[], from: readonly Point[]): Clusters => {
  let centres = [...from];
  let labels: number[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const nearest = points.map((point) => nearestOf(point, centres));
    const next = nearest.map(([label]) => label);
    const moved = next.some((label, i) => label !== labels[i]);
    labels = next;
    if (!moved) break;
    const taken = new Set<number>();
    centres = centres.map((_, label) => {
      const members = points.filter((__, i) => labels[i] === label);
      if (members.length > 0) return meanOf(members);
      const far = nearest.reduce(
        (best, [, away], i) => (!taken.has(i) && away > (nearest[best]?.[1] ?? 0) ? i : best),
        0,
      );
      taken.add(far);
      return points[far] as Point;
    });
  }
  const inertia = points.reduce(
    (sum, point, i) => sum + squaredDistance(point, centres[labels[i] as number] as Point),
    0,
  );
  return { labels, centres, inertia };
};

const meanOf = (members: readonly Point[]): Point =>
  (members[0] ?? []).map(
    (_, i) => members.reduce((sum, member) => sum + (member[i] as number), 0) / members.length,
  );

/**
 * @param points of equal length
 * @param most groups; there are never more than distinct points
 */
export const clusterPoints = (points: readonly Point[], most: number, rng: Rng): Clusters => {
  const distinct = new Set(points.map((point) => point.join())).size;
  return refineClusters(points, seedCentres(points, Math.min(most, distinct), rng));
};
