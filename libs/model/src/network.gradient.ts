/** The gradients of a loss by a network's parameters, under their names. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './network.ts';

/**
 * @param forward the loss, and a tensor that is handed through (kept: it outlives the tape)
 * @throws RangeError naming the first parameter that the loss does not depend on
 */
export const gradientsOf = (
  network: Network,
  forward: () => [tf.Scalar, tf.Tensor1D],
): { value: tf.Tensor1D; gradients: Record<string, tf.Tensor> } => {
  const handed: tf.Tensor1D[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const [loss, result] = forward();
    handed.push(result);
    return loss;
  }, Object.values(network.params));
  value.dispose();
  const gradients: Record<string, tf.Tensor> = {};
  for (const [name, variable] of Object.entries(network.params)) {
    const gradient = grads[variable.name];
    if (!gradient) throw new RangeError(`the loss does not depend on parameter ${name}`);
    gradients[name] = gradient;
  }
  return { value: handed[0] as tf.Tensor1D, gradients };
};
