/**
 * Spectral normalisation of the discriminator (Miyato et al. 2018, "Spectral Normalization for Generative Adversarial
 * Networks", algorithm 1): every weight, as a matrix of inputs by outputs, is divided by its largest singular value, so
 * that no layer can amplify what it sees. The value is estimated by one power iteration a step, from a vector that is
 * kept between steps and in checkpoints: `<layer>.u` [outputs]. Where our kernel is in two parts (join and score, one
 * for the picture's features and one for the text), the two are one matrix, as in the released network.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Network, ParameterSpec, Weights } from './network.ts';

const groupOf = (weight: string): string =>
  weight.replace(/\.weight$/, '').replace(/^(join|score)\.(features|text)$/, '$1');

/** The same parameters, their weights in groups. */
export const spectrallyNormed = (specs: readonly ParameterSpec[]): ParameterSpec[] =>
  specs.map((spec) =>
    spec.name.endsWith('.weight') ? { ...spec, spectralGroup: groupOf(spec.name) } : spec,
  );

interface Group {
  /** [outputs, 1] */
  readonly u: tf.Tensor2D;
  readonly vector: tf.Variable;
  /** Names of its weights. */
  readonly names: readonly string[];
  /** [inputs, outputs] */
  readonly matrix: tf.Tensor2D;
}

/** A kernel [..., outputs] as [inputs, outputs]. */
const flat = (weight: tf.Tensor): tf.Tensor2D => tf.reshape(weight, [-1, weight.shape.at(-1) ?? 1]);

const groupsOf = ({ params, running }: Network): Group[] => {
  const weights = Object.entries(params).filter(([name]) => name.endsWith('.weight'));
  return Object.entries(running)
    .filter(([name]) => name.endsWith('.u'))
    .map(([name, vector]) => {
      const members = weights.filter(([weight]) => `${groupOf(weight)}.u` === name);
      const parts = members.map(([, weight]) => flat(weight));
      return {
        vector,
        u: tf.reshape(vector, [-1, 1]),
        names: members.map(([weight]) => weight),
        matrix: parts.length === 1 ? (parts[0] as tf.Tensor2D) : (tf.concat(parts, 0) as tf.Tensor2D),
      };
    });
};

const lengthOf = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x)));

const unit = (x: tf.Tensor2D): tf.Tensor2D => tf.div(x, tf.add(lengthOf(x), 1e-12));

/** One power iteration: moves every `u` towards its matrix's first singular vector. Once a step of the discriminator. */
export const iterateSpectral = (network: Network): void =>
  tf.tidy(() => {
    for (const { vector, u, matrix } of groupsOf(network)) {
      const v = unit(tf.matMul(matrix, u)); // [inputs, 1]
      vector.assign(tf.reshape(unit(tf.matMul(matrix, v, true)), [-1]));
    }
  });

/**
 * The weights to compute with: the network's own without spectral norm (and then no tensor is made). sigma is the
 * length of (matrix u), whose gradient by the matrix is v u', the same as with v held constant.
 */
export const spectralWeights = (network: Network): Weights => {
  const groups = groupsOf(network);
  if (groups.length === 0) return network;
  const params: Record<string, tf.Tensor> = { ...network.params };
  for (const { u, names, matrix } of groups) {
    const sigma = lengthOf(tf.matMul(matrix, u));
    for (const name of names) params[name] = tf.div(network.params[name] as tf.Tensor, sigma);
  }
  return { params, running: network.running };
};
