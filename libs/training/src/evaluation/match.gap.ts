/**
 * What the discriminator thinks of real pictures with their own caption, less what it thinks of them with another's:
 * the matching-aware part of GAN-CLS (Reed et al. 2016, section 4.2) on pictures that it was not trained on. Logits,
 * with running statistics. 0: it does not read the caption.
 */
import {
  discriminate,
  type GanCls,
  imageSide,
  projectText,
  runningNormalize,
  spectralWeights,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';

/**
 * @param pictures [n, 64, 64, 3] in [-1, 1]
 * @param matching n rows of [T], standardised
 * @param mismatching n rows of [T], of other things
 */
export const matchGap = async (
  gan: Pick<GanCls, 'config' | 'discriminator'>,
  pictures: Float32Array,
  matching: readonly Float32Array[],
  mismatching: readonly Float32Array[],
): Promise<number> => {
  const { config, discriminator } = gan;
  const gap = tf.tidy(() => {
    const weights = spectralWeights(discriminator);
    const normalize = runningNormalize(weights);
    const images = tf.tensor4d(pictures, [matching.length, imageSide, imageSide, 3]);
    const score = (texts: readonly Float32Array[]) => {
      const text = tf.stack(texts.map((row) => tf.tensor1d(row))); // [n, T]
      const projected = projectText(weights, text, normalize); // [n, 128]
      return tf.mean(discriminate(weights, config, images, projected, normalize));
    };
    return tf.sub(score(matching), score(mismatching));
  });
  const [value = Number.NaN] = await gap.data();
  gap.dispose();
  return value;
};
