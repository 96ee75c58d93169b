/**
 * The way between two points of a latent space, of text vectors as of noises: what moves along it while the other half
 * of the generator's input stands still shows what the generator has learnt between two examples (Reed et al. 2016,
 * sections 4.3 and 5.4).
 *
 * `linear` is the chord. `spherical` is the great arc (Shoemake 1985, "Animating rotation with quaternion curves"),
 * with the angle taken between directions and the weights applied to the vectors as they are (White 2016, "Sampling
 * generative networks"). In 100 dimensions two standard normal vectors are nearly orthogonal, so the chord's middle is
 * 0.7 times as long as any noise that the generator was trained with; the arc's is not.
 */
import * as tf from '@tensorflow/tfjs-core';

export type PathShape = 'linear' | 'spherical';

/** Below this sine two directions are the same or opposite: no arc between them is better than another. */
const smallestSine = 1e-3;

/** The angle between two vectors, and 90 degrees where one of them is zero. */
const angleBetween = (from: tf.Tensor1D, to: tf.Tensor1D): tf.Scalar => {
  const lengths = tf.maximum(tf.mul(tf.norm(from), tf.norm(to)), 1e-12);
  return tf.acos(tf.clipByValue(tf.div(tf.sum(tf.mul(from, to)), lengths), -1, 1)) as tf.Scalar;
};

/**
 * @param from [D]
 * @param to [D]
 * @param positions F numbers from 0 (`from`) to 1 (`to`)
 * @returns [F, D]; at 0 and 1 exactly the ends, whose weights come from the chord on either path
 */
export const latentPath = (
  from: tf.Tensor1D,
  to: tf.Tensor1D,
  positions: readonly number[],
  shape: PathShape,
): tf.Tensor2D =>
  tf.tidy(() => {
    const column = (values: readonly number[]) => tf.tensor2d([...values], [positions.length, 1]);
    const ahead = column(positions); // [F, 1]
    const behind = column(positions.map((at) => 1 - at)); // [F, 1]
    const blend = (ofFrom: tf.Tensor, ofTo: tf.Tensor) =>
      tf.add(tf.mul(ofFrom, from), tf.mul(ofTo, to)) as tf.Tensor2D; // [F, D]
    if (shape === 'linear') return blend(behind, ahead);

    const angle = angleBetween(from, to);
    const sine = tf.sin(angle);
    const isEnd = tf.equal(tf.mul(ahead, behind), 0); // [F, 1]
    const straight = tf.logicalOr(isEnd, tf.less(sine, smallestSine)); // [F, 1]
    const arc = (share: tf.Tensor) => {
      const weight = tf.div(tf.sin(tf.mul(share, angle)), tf.maximum(sine, smallestSine)); // [F, 1]
      return tf.where(straight, share, weight); // [F, 1]
    };
    return blend(arc(behind), arc(ahead));
  });
