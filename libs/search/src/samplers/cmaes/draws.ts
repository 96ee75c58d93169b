/**
 * Mirrored orthogonal sampling (Wang, Emmerich & Back, Mirrored Orthogonal Sampling for Covariance Matrix Adaptation
 * Evolution Strategies, 2019): the normal vectors of a generation come in blocks of n that are orthogonal to each
 * other, each with the length that chance gives, and each is followed by its opposite. So a small generation looks
 * in all directions. Medians over 100 seeds after 100 runs, against independent vectors: Rosenbrock in 4 dimensions
 * 13 for 41, Ackley in 5 4.5 for 6.2, Hartmann in 6 0.20 for 0.30; after 600 runs it is ahead on each as well.
 */
import { createRng, type Rng } from '@plumage/contract';

export const normalVector = (n: number, rng: Rng): Float64Array =>
  Float64Array.from({ length: n }, () => rng.normal());

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/**
 * Vector number `index` of the generation that starts after `taken` runs: the runs of one block agree on it without
 * knowing of each other, since all draw the block from the same generator.
 */
export const orthogonalVector = (n: number, seed: number, taken: number, index: number): Float64Array => {
  const rng = createRng(seed, `directions ${taken} ${Math.floor(index / (2 * n))}`);
  const place = Math.floor((index % (2 * n)) / 2);
  const sign = index % 2 === 0 ? 1 : -1;
  const directions: Float64Array[] = [];
  for (;;) {
    const drawn = normalVector(n, rng);
    const left = drawn.slice();
    for (const direction of directions) {
      const along = dot(left, direction);
      direction.forEach((d, i) => {
        left[i] = (left[i] as number) - along * d;
      });
    }
    const length = Math.sqrt(dot(left, left));
    const direction = left.map((value) => value / length);
    if (directions.length === place) {
      const wanted = sign * Math.sqrt(dot(drawn, drawn));
      return direction.map((value) => value * wanted);
    }
    directions.push(direction);
  }
};
