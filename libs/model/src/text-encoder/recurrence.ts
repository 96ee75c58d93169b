/**
 * The recurrences of the released encoders (modules/FixedRNN.lua and FixedGRU.lua): fixed numbers of steps, the mean
 * over all hidden states, and a first step that has no hidden-to-hidden term, not even its bias, which a library's
 * RNN with a zero state would add.
 *
 * Parameter names: rnn.{input,hidden} and, for the GRU, rnn.{update,reset}.{input,hidden}, each `.weight`, `.bias`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { dense } from '../layers.ts';
import { type Network, parameter } from '../network.ts';

/** [..., d] -> [..., d] by the named linear layer. */
const linearOf =
  (network: Network) =>
  (layer: string, x: tf.Tensor): tf.Tensor =>
    dense(x, parameter(network, `${layer}.weight`), parameter(network, `${layer}.bias`));

/** The layer on all steps at once, then step by step: [S, B, d] -> S times [B, d] */
const everyStep = (network: Network, layer: string, steps: tf.Tensor3D): tf.Tensor[] => {
  const [count, batch, width] = steps.shape;
  const all = linearOf(network)(layer, tf.reshape(steps, [count * batch, width])); // [S B, d]
  return tf.unstack(tf.reshape(all, [count, batch, -1]));
};

const meanOf = (states: readonly tf.Tensor[]): tf.Tensor => tf.div(tf.addN([...states]), states.length);

/** h = relu(W x + b + U h + c); the first is relu(W x + b). [S, B, d] -> mean over S, [B, d] */
export const reluRecurrence = (network: Network, steps: tf.Tensor3D): tf.Tensor => {
  const apply = linearOf(network);
  const states: tf.Tensor[] = [];
  for (const input of everyStep(network, 'rnn.input', steps)) {
    const former = states.at(-1);
    states.push(tf.relu(former ? tf.add(input, apply('rnn.hidden', former)) : input)); // [B, d]
  }
  return meanOf(states);
};

/**
 * u, r = sigmoid of their input and hidden terms; candidate = tanh(W x + b + U (r h) + c); h = u candidate +
 * (1 - u) h; the first is tanh(W x + b). [S, B, d] -> mean over S, [B, d]
 */
export const gatedRecurrence = (network: Network, steps: tf.Tensor3D): tf.Tensor => {
  const apply = linearOf(network);
  const inputs = everyStep(network, 'rnn.input', steps);
  const updates = everyStep(network, 'rnn.update.input', steps);
  const resets = everyStep(network, 'rnn.reset.input', steps);
  const states: tf.Tensor[] = [];
  inputs.forEach((input, step) => {
    const former = states.at(-1);
    if (!former) {
      states.push(tf.tanh(input));
      return;
    }
    const update = tf.sigmoid(tf.add(updates[step] as tf.Tensor, apply('rnn.update.hidden', former)));
    const reset = tf.sigmoid(tf.add(resets[step] as tf.Tensor, apply('rnn.reset.hidden', former)));
    const candidate = tf.tanh(tf.add(input, apply('rnn.hidden', tf.mul(reset, former)))); // [B, d]
    states.push(tf.add(tf.mul(update, candidate), tf.mul(tf.sub(1, update), former)));
  });
  return meanOf(states);
};
