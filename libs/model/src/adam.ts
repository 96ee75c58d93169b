/**
 * Adam (Kingma & Ba 2015, algorithm 1) with its moments in the open, because a checkpoint must hold them and a
 * resumed run must go on to the bit; tf.train.adam keeps them private and counts its own steps.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './network.ts';

export interface AdamState {
  /** First moments by parameter name. */
  readonly m: Readonly<Record<string, tf.Variable>>;
  /** Second moments by parameter name. */
  readonly v: Readonly<Record<string, tf.Variable>>;
  /** Updates made so far; the bias correction needs it. */
  updates: number;
}

export interface AdamSettings {
  learningRate: number;
  /** 0.5 in the paper. */
  beta1: number;
}

const beta2 = 0.999;
const epsilon = 1e-8;

export const createAdam = ({ params }: Network): AdamState => {
  const zeros = () =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        tf.tidy(() => tf.variable(tf.zeros(value.shape), false)),
      ]),
    );
  return { m: zeros(), v: zeros(), updates: 0 };
};

/**
 * One update of every parameter, in place.
 * @param gradients by parameter name; a missing one is a fault of the caller
 * @throws RangeError when a parameter has no gradient
 */
export const applyAdam = (
  { params }: Network,
  state: AdamState,
  gradients: Readonly<Record<string, tf.Tensor>>,
  { learningRate, beta1 }: AdamSettings,
): void => {
  state.updates++;
  const step = (learningRate * Math.sqrt(1 - beta2 ** state.updates)) / (1 - beta1 ** state.updates);
  const adjustedEpsilon = epsilon * Math.sqrt(1 - beta2 ** state.updates);
  for (const [name, value] of Object.entries(params)) {
    const gradient = gradients[name];
    const m = state.m[name];
    const v = state.v[name];
    if (!gradient || !m || !v) throw new RangeError(`no gradient for parameter ${name}`);
    tf.tidy(() => {
      m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
      v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      const direction = tf.div(m, tf.add(tf.sqrt(v), adjustedEpsilon));
      value.assign(tf.sub(value, tf.mul(direction, step)));
    });
  }
};

export const disposeAdam = ({ m, v }: AdamState): void => {
  tf.dispose(Object.values(m));
  tf.dispose(Object.values(v));
};
