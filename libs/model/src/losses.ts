/**
 * The matching-aware objective (Reed et al. 2016, algorithm 1 and section 4.2). s_r scores a real picture with its
 * text, s_w a real picture of another class with that text, s_f a generated picture with that text.
 *
 *   discriminator: BCE(s_r, 1) + c BCE(s_w, 0) + (1 - c) BCE(s_f, 0)
 *   generator:     BCE(D(G(z', t), t), 1)
 *
 * c = 0.5 is GAN-CLS; c = 0 is the plain conditional GAN and needs no wrong picture at all.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The paper's four modes; each is a value of c and whether the generator also sees interpolated text. */
export const ganModes = {
  GAN: { matching: 0, interpolation: 'off' },
  'GAN-CLS': { matching: 0.5, interpolation: 'off' },
  'GAN-INT': { matching: 0, interpolation: 'half' },
  'GAN-INT-CLS': { matching: 0.5, interpolation: 'half' },
} as const;

/**
 * Binary cross entropy of logits, per example: softplus(s) - target * s, finite for every finite s.
 * @param target probability that the example is real, 0..1
 */
export const crossEntropy = (logits: tf.Tensor1D, target: number): tf.Tensor1D =>
  target === 0 ? tf.softplus(logits) : tf.sub(tf.softplus(logits), tf.mul(logits, target));

/** A way to score logits [B], per example: real pairs, wrong or generated ones, and generated ones for the generator. */
export interface Adversarial {
  real(logits: tf.Tensor1D): tf.Tensor1D;
  fake(logits: tf.Tensor1D): tf.Tensor1D;
  generated(logits: tf.Tensor1D): tf.Tensor1D;
}

/** The paper's. @param smoothing one-sided (Salimans et al. 2016, section 3.4): real pairs aim at 1 - smoothing */
export const crossEntropies = (smoothing: number): Adversarial => ({
  real: (logits) => crossEntropy(logits, 1 - smoothing),
  fake: (logits) => crossEntropy(logits, 0),
  generated: (logits) => crossEntropy(logits, 1),
});

export interface DiscriminatorScores {
  real: tf.Tensor1D;
  /** Absent when c = 0. */
  wrong?: tf.Tensor1D | undefined;
  fake: tf.Tensor1D;
}

export interface DiscriminatorLoss {
  total: tf.Scalar;
  real: tf.Scalar;
  wrong: tf.Scalar;
  fake: tf.Scalar;
}

/**
 * @param matching c, 0..1: the share of the "fake" term that the wrong pair takes
 * @returns the weighted total, and the three unweighted terms for the charts
 */
export const discriminatorLoss = (
  scores: DiscriminatorScores,
  matching: number,
  adversarial: Adversarial,
): DiscriminatorLoss => {
  const real = tf.mean(adversarial.real(scores.real)) as tf.Scalar;
  const fake = tf.mean(adversarial.fake(scores.fake)) as tf.Scalar;
  const wrong = (scores.wrong ? tf.mean(adversarial.fake(scores.wrong)) : tf.scalar(0)) as tf.Scalar;
  const total = tf.add(real, tf.add(tf.mul(wrong, matching), tf.mul(fake, 1 - matching))) as tf.Scalar;
  return { total, real, wrong, fake };
};

/**
 * Mean over all rows; rows from `originals` on come from interpolated text and count `interpolatedWeight`.
 * @param logits [R]: D's scores of the generator's pictures, R = 1.5 B under GAN-INT
 */
export const generatorLoss = (
  logits: tf.Tensor1D,
  originals: number,
  interpolatedWeight: number,
  adversarial: Adversarial,
): tf.Scalar => {
  const each = adversarial.generated(logits);
  const rows = logits.size;
  if (rows === originals || interpolatedWeight === 1) return tf.mean(each) as tf.Scalar;
  const weights = Float32Array.from({ length: rows }, (_, i) => (i < originals ? 1 : interpolatedWeight));
  return tf.mean(tf.mul(each, tf.tensor1d(weights))) as tf.Scalar;
};
