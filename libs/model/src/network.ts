/**
 * A network is data: a list of named parameters with shapes and initial distributions, and the tf.Variables made
 * from it. Names are the names in checkpoint files, so renaming one breaks every checkpoint. Nothing here knows
 * what the layers compute; generator.ts and discriminator.ts say that, read from top to bottom.
 *
 * Initial values follow the released Torch code (icml2016, main_cls.lua `weights_init`): convolutions N(0, 0.02)
 * without bias, batch-norm gain N(1, 0.02) and offset 0; linear layers keep Torch's U(+-1/sqrt(fan in)).
 */
import * as tf from '@tensorflow/tfjs-core';

/** What the model needs of a random generator; @plumage/contract's Rng satisfies it. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal. */
  normal(): number;
}

export type Initial =
  | { kind: 'convolution' }
  | { kind: 'gain' }
  | { kind: 'zero' }
  | { kind: 'linear'; fanIn: number }
  | { kind: 'uniform'; bound: number };

export interface ParameterSpec {
  /** Dotted, unique in its network, for example `up8.weight`. */
  name: string;
  shape: readonly number[];
  initial: Initial;
  /** Weights of one group are divided by their common largest singular value (spectral.norm.ts). */
  spectralGroup?: string;
}

/** What a forward pass reads: trained values by name, and running statistics by name. */
export interface Weights<T extends tf.Tensor = tf.Tensor> {
  readonly params: Readonly<Record<string, T>>;
  readonly running: Readonly<Record<string, T>>;
}

/**
 * Trained variables by name, and what follows them by rule: running batch statistics (`<norm>.mean`, `<norm>.variance`)
 * and the vectors of spectral norm (`<group>.u`).
 */
export type Network = Weights<tf.Variable>;

export const convolution = (name: string, shape: readonly number[]): ParameterSpec => ({
  name: `${name}.weight`,
  shape,
  initial: { kind: 'convolution' },
});

export const normalization = (name: string, channels: number): ParameterSpec[] => [
  { name: `${name}.gain`, shape: [channels], initial: { kind: 'gain' } },
  { name: `${name}.offset`, shape: [channels], initial: { kind: 'zero' } },
];

export const linear = (name: string, inputs: number, outputs: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [inputs, outputs], initial: { kind: 'linear', fanIn: inputs } },
  { name: `${name}.bias`, shape: [outputs], initial: { kind: 'linear', fanIn: inputs } },
];

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

const draw = ({ shape, initial }: ParameterSpec, random: Random): Float32Array => {
  const values = new Float32Array(sizeOf(shape));
  switch (initial.kind) {
    case 'convolution':
      return values.map(() => 0.02 * random.normal());
    case 'gain':
      return values.map(() => 1 + 0.02 * random.normal());
    case 'zero':
      return values;
    case 'linear': {
      const bound = 1 / Math.sqrt(initial.fanIn);
      return values.map(() => (2 * random.next() - 1) * bound);
    }
    case 'uniform':
      return values.map(() => (2 * random.next() - 1) * initial.bound);
  }
};

type Stored = Pick<ParameterSpec, 'name' | 'shape'>;

/** What goes with the parameters: two statistics for each gain, one vector for each spectral group's outputs. */
const runningOf = (specs: readonly ParameterSpec[]): Stored[] => {
  const statistics = specs
    .filter(({ initial }) => initial.kind === 'gain')
    .flatMap(({ name, shape }) =>
      ['mean', 'variance'].map((part) => ({ name: name.replace(/gain$/, part), shape })),
    );
  const outputs = new Map(
    specs.flatMap(({ spectralGroup, shape }) => (spectralGroup ? [[spectralGroup, shape.slice(-1)]] : [])),
  );
  return [...statistics, ...[...outputs].map(([group, shape]) => ({ name: `${group}.u`, shape }))];
};

/** A random direction. */
const drawUnit = (size: number, random: Random): Float32Array => {
  const values = Array.from({ length: size }, () => random.normal());
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};

type Valued = readonly [Stored, Float32Array];

const keep = (entries: readonly Valued[], trainable: boolean): Record<string, tf.Variable> =>
  Object.fromEntries(
    entries.map(([{ name, shape }, values]) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), trainable)),
    ]),
  );

/** Variables for `specs`, drawn in their order; running statistics start at mean 0, variance 1, spectral vectors at random. */
export const createNetwork = (specs: readonly ParameterSpec[], random: Random): Network => {
  const start = ({ name, shape }: Stored) =>
    name.endsWith('.u')
      ? drawUnit(sizeOf(shape), random)
      : new Float32Array(sizeOf(shape)).fill(name.endsWith('.variance') ? 1 : 0);
  return {
    params: keep(
      specs.map((spec): Valued => [spec, draw(spec, random)]),
      true,
    ),
    running: keep(
      runningOf(specs).map((stored): Valued => [stored, start(stored)]),
      false,
    ),
  };
};

/**
 * The network that a checkpoint holds. Nothing is drawn, so nothing that is missing can pass for trained.
 * @param values what a name of a shape holds; it throws for what is not there, and then no tensor is made
 */
export const loadNetwork = (
  specs: readonly ParameterSpec[],
  values: (name: string, shape: readonly number[]) => Float32Array,
): Network => {
  const read = (stored: Stored): Valued => [stored, values(stored.name, stored.shape)];
  const [params, running] = [specs.map(read), runningOf(specs).map(read)];
  return { params: keep(params, true), running: keep(running, false) };
};

/** @throws RangeError when the network has no such parameter: a wrong name must never become a silent zero. */
export const parameter = <T extends tf.Tensor>(network: Weights<T>, name: string): T => {
  const found = network.params[name] ?? network.running[name];
  if (!found)
    throw new RangeError(`no parameter ${name}; there are ${Object.keys(network.params).join(', ')}`);
  return found;
};

/** A second network with equal values of its own, for example to hold an average of the first. */
export const copyNetwork = ({ params, running }: Network): Network => {
  const copy = (from: Readonly<Record<string, tf.Variable>>) =>
    Object.fromEntries(
      Object.entries(from).map(([name, value]) => [
        name,
        tf.tidy(() => tf.variable(value.clone(), value.trainable)),
      ]),
    );
  return { params: copy(params), running: copy(running) };
};

/** Trained values, without biases, gains and offsets if `weightsOnly`. */
export const countParameters = (specs: readonly ParameterSpec[], weightsOnly = false): number =>
  specs
    .filter(({ name }) => !weightsOnly || name.endsWith('.weight'))
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

export const disposeNetwork = ({ params, running }: Network): void => {
  tf.dispose(Object.values(params));
  tf.dispose(Object.values(running));
};
