/**
 * What searches are tried on: functions whose optimum is known, each with the search space that a sweep's file would
 * name. objectives.py holds the same for Optuna, and functions.golden.json, which it made, holds both to one another.
 *
 * Ackley's box is [-15, 30], not symmetric: a search that starts in the middle would start on the optimum. The mixed
 * space has each kind of parameter at once, and its best learning rate moves with optimizer and depth. In the
 * conditional one either branch has parameters of its own.
 */
import type { Assignment } from '@plumage/contract';
import { type Reference, twoObjectives } from './two-objectives.ts';

export interface BenchFunction {
  /** The `parameters` section of the sweep. */
  readonly parameters: string;
  /** One loss, or two. */
  readonly evaluate: (assignment: Assignment) => readonly number[];
  /** The loss of the optimum; of two losses the hypervolume of the true front up to `reference`. */
  readonly optimum: number;
  readonly reference: Reference | null;
}

const { PI, cos, sin, sqrt, exp, log10, log2, abs } = Math;

const number = (assignment: Assignment, path: string): number => {
  const value = assignment[path];
  if (typeof value !== 'number') throw new TypeError(`${path} must be a number, got ${String(value)}`);
  return value;
};

/** x1 ... xn. */
const vector = (assignment: Assignment, size: number): number[] =>
  Array.from({ length: size }, (_, i) => number(assignment, `x${i + 1}`));

/** `size` parameters x1 ... xn, evenly from min to max. */
const box = (size: number, min: number, max: number): string =>
  Array.from(
    { length: size },
    (_, i) => `  x${i + 1}: {distribution: uniform, min: ${min}, max: ${max}}`,
  ).join('\n');

const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0);

const one = (
  parameters: string,
  loss: (assignment: Assignment) => number,
  optimum: number,
): BenchFunction => ({ parameters, evaluate: (point) => [loss(point)], optimum, reference: null });

const branin = one(
  `  x: {distribution: uniform, min: -5, max: 10}
  y: {distribution: uniform, min: 0, max: 15}`,
  (point) => {
    const [x, y] = [number(point, 'x'), number(point, 'y')];
    const [b, c, t] = [5.1 / (4 * PI ** 2), 5 / PI, 1 / (8 * PI)];
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * cos(x) + 10;
  },
  0.39788735772973816,
);

const hartmannTerms = [
  { alpha: 1.0, a: [10, 3, 17, 3.5, 1.7, 8], p: [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886] },
  { alpha: 1.2, a: [0.05, 10, 17, 0.1, 8, 14], p: [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991] },
  { alpha: 3.0, a: [3, 3.5, 1.7, 10, 17, 8], p: [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665] },
  { alpha: 3.2, a: [17, 8, 0.05, 10, 0.1, 14], p: [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381] },
];

const hartmann6 = one(
  box(6, 0, 1),
  (point) => {
    const x = vector(point, 6);
    const distance = (a: number[], p: number[]) =>
      sum(x.map((value, i) => (a[i] as number) * (value - (p[i] as number)) ** 2));
    return -sum(hartmannTerms.map(({ alpha, a, p }) => alpha * exp(-distance(a, p))));
  },
  -3.322368011415515,
);

const rosenbrock4 = one(
  box(4, -5, 10),
  (point) => {
    const x = vector(point, 4);
    return sum(
      x.slice(1).map((next, i) => 100 * (next - (x[i] as number) ** 2) ** 2 + (1 - (x[i] as number)) ** 2),
    );
  },
  0,
);

const ackley5 = one(
  box(5, -15, 30),
  (point) => {
    const x = vector(point, 5);
    const root = sqrt(sum(x.map((value) => value * value)) / 5);
    const waves = sum(x.map((value) => cos(2 * PI * value))) / 5;
    return 20 + Math.E - 20 * exp(-0.2 * root) - exp(waves);
  },
  0,
);

const levy4 = one(
  box(4, -10, 10),
  (point) => {
    const w = vector(point, 4).map((value) => 1 + (value - 1) / 4);
    const [first, last] = [w[0] as number, w[3] as number];
    const middle = w.slice(0, 3).map((value) => (value - 1) ** 2 * (1 + 10 * sin(PI * value + 1) ** 2));
    return sin(PI * first) ** 2 + sum(middle) + (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2);
  },
  0,
);

const mixedBase: Readonly<Record<string, number>> = { adam: 0, rmsprop: 0.15, sgd: 0.05 };
const mixedRate: Readonly<Record<string, number>> = { adam: -3, rmsprop: -3.5, sgd: -1.5 };

const mixed = one(
  `  optimizer: {values: [adam, rmsprop, sgd]}
  learning_rate: {distribution: log_uniform_values, min: 0.00001, max: 1}
  layers: {distribution: int_uniform, min: 1, max: 8}
  width: {distribution: q_log_uniform_values, min: 16, max: 1024, q: 1}
  dropout: {distribution: uniform, min: 0, max: 0.9}`,
  (point) => {
    const [optimizer, layers] = [String(point.optimizer), number(point, 'layers')];
    const bestRate = (mixedRate[optimizer] as number) - 0.15 * (layers - 5);
    return (
      (mixedBase[optimizer] as number) +
      0.5 * (log10(number(point, 'learning_rate')) - bestRate) ** 2 +
      0.02 * (layers - 5) ** 2 +
      0.1 * (log2(number(point, 'width')) - 7) ** 2 +
      2 * (number(point, 'dropout') - 0.3) ** 2
    );
  },
  0,
);

const conditional = one(
  `  optimizer: {values: [adam, sgd]}
  weight_decay: {distribution: log_uniform_values, min: 0.000001, max: 0.1}
  adam_rate: {distribution: log_uniform_values, min: 0.00001, max: 0.1, when: {optimizer: adam}}
  beta1: {distribution: uniform, min: 0.5, max: 0.999, when: {optimizer: adam}}
  sgd_rate: {distribution: log_uniform_values, min: 0.0001, max: 1.0, when: {optimizer: sgd}}
  momentum: {distribution: uniform, min: 0, max: 0.99, when: {optimizer: sgd}}
  schedule: {values: [none, cosine]}
  warmup: {distribution: int_uniform, min: 0, max: 20, when: {schedule: cosine}}`,
  (point) => {
    const branch =
      point.optimizer === 'adam'
        ? 0.5 * (log10(number(point, 'adam_rate')) + 3) ** 2 + 3 * (number(point, 'beta1') - 0.8) ** 2
        : 0.1 +
          0.3 * (log10(number(point, 'sgd_rate')) + 1) ** 2 +
          2 * (number(point, 'momentum') - 0.9) ** 2;
    const schedule = point.schedule === 'cosine' ? 0.01 * abs(number(point, 'warmup') - 6) : 0.08;
    return branch + schedule + 0.1 * (log10(number(point, 'weight_decay')) + 4) ** 2;
  },
  0,
);

export const benchFunctions: Readonly<Record<string, BenchFunction>> = {
  branin,
  hartmann6,
  rosenbrock4,
  ackley5,
  levy4,
  mixed,
  conditional,
  ...twoObjectives,
};
