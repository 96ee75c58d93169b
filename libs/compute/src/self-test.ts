/**
 * The question that decides whether a back end may train: does one small step, through every kernel that a
 * conditional GAN leans on, give the reference's numbers? The step has a strided convolution, batch norm with
 * its batch's statistics, leaky ReLU, a dense layer, a transposed convolution, cross entropy and Adam.
 */
import {
  conv2d,
  conv2dTranspose,
  losses,
  matMul,
  mul,
  reshape,
  setBackend,
  square,
  tensor,
  add,
  mean,
  tidy,
  tanh,
  variable,
  variableGrads,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { Adam } from './ops/adam.op.ts';
import { batchNormTraining } from './ops/batch-norm.op.ts';

/** The step's outcome: the loss, every gradient, and the parameters after Adam, by name. */
export type StepOutcome = Readonly<Record<string, Float32Array>>;

/** Fixed numbers in [-1, 1) from a linear congruence, so that every back end starts from the same ones. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function fixed(shape: number[], seed: number): Tensor {
  return tensor(
    numbers(
      shape.reduce((size, next) => size * next, 1),
      seed,
    ),
    shape,
  );
}

const shapes = {
  filter: [4, 4, 3, 8], // k4 s2 p1: [B, 8, 8, 3] -> [B, 4, 4, 8]
  scale: [8],
  offset: [8],
  dense: [4 * 4 * 8, 1],
  up: [4, 4, 3, 8], // k4 s2 p1 transposed: [B, 4, 4, 8] -> [B, 8, 8, 3]
} as const;

type Parameters = Record<keyof typeof shapes, Variable>;

function loss(p: Parameters): Scalar {
  const images = fixed([2, 8, 8, 3], 1) as Tensor4D;
  const convolved = conv2d(images, p.filter as Variable as Tensor4D, 2, 1); // [2, 4, 4, 8]
  const { y } = batchNormTraining(convolved, p.scale, p.offset, { slope: 0.2 });
  const logits = matMul(reshape(y, [2, 128]) as Tensor2D, p.dense as Variable as Tensor2D); // [2, 1]
  const pad = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ] as const;
  const painted = tanh(
    conv2dTranspose(y, p.up as Variable as Tensor4D, [2, 8, 8, 3], 2, pad as unknown as 'same'),
  ); // [2, 8, 8, 3]
  const target = tensor([1, 0], [2, 1]);
  const entropy = losses.sigmoidCrossEntropy(target, logits) as Scalar;
  return add(entropy, mean(square(mul(painted, images))));
}

/** Runs the step on the current back end. Leaves no tensor behind. */
export async function trainTinyStep(): Promise<StepOutcome> {
  const parameters = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], index) => [
      name,
      tidy(() => variable(fixed([...shape], index + 2))),
    ]),
  ) as Parameters;
  // A large epsilon keeps Adam's first step smooth; the default makes it the gradient's sign.
  const adam = new Adam({ learningRate: 0.1, beta1: 0.5, epsilon: 0.1 });
  const byVariable = Object.fromEntries(Object.values(parameters).map((value) => [value.name, value]));
  const { value, grads } = variableGrads(() => loss(parameters), Object.values(parameters));
  adam.apply(grads, byVariable);
  const outcome: Record<string, Float32Array> = { loss: (await value.data()) as Float32Array };
  for (const [name, parameter] of Object.entries(parameters)) {
    outcome[`gradient of ${name}`] = (await (grads[parameter.name] as Tensor).data()) as Float32Array;
    outcome[`${name} after Adam`] = (await parameter.data()) as Float32Array;
    grads[parameter.name]?.dispose();
    parameter.dispose();
  }
  value.dispose();
  adam.dispose();
  return outcome;
}

/** Relative to the largest number of each array. Float32 sums in another order stay two digits below it. */
const TOLERANCE = 2e-3;

/** Why two outcomes differ, in words, or null when they agree. */
export function compareOutcomes(reference: StepOutcome, found: StepOutcome): string | null {
  for (const [name, expected] of Object.entries(reference)) {
    const actual = found[name];
    if (actual?.length !== expected.length)
      return `${name} has ${actual?.length ?? 0} numbers, not ${expected.length}`;
    const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    const worst =
      expected.reduce((most, value, at) => Math.max(most, distance(value, actual[at])), 0) / scale;
    if (!(worst <= TOLERANCE)) return `${name} is off by ${worst.toPrecision(2)} of its largest value`;
  }
  return null;
}

function distance(expected: number, actual: number | undefined): number {
  const difference = Math.abs(expected - (actual ?? Number.NaN));
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

let reference: StepOutcome | undefined;

/**
 * Tests the tfjs back end `candidate` against the pure JavaScript one. Leaves `candidate` set. Returns null when
 * it agrees, otherwise one clause that says where it does not.
 */
export async function selfTest(candidate: string): Promise<string | null> {
  if (reference === undefined) {
    await setBackend('cpu');
    reference = await trainTinyStep();
  }
  await setBackend(candidate);
  return compareOutcomes(reference, await trainTinyStep());
}
