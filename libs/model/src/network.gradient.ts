/** The gradients of a loss by a network's parameters, under their names. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './network.ts';

/**
 * The network's gradients out of those of several, by its own names.
 * @throws RangeError naming the first parameter that the loss does not depend on
 */
export const ownGradients = ({ params }: Network, all: tf.NamedTensorMap): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(params).map(([name, variable]) => {
      const gradient = all[variable.name];
      if (!gradient) throw new RangeError(`the loss does not depend on parameter ${name}`);
      return [name, gradient];
    }),
  );

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
  return { value: handed[0] as tf.Tensor1D, gradients: ownGradients(network, grads) };
};
