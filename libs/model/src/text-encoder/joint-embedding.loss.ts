/**
 * The structured joint embedding loss (Reed et al., CVPR 2016, section 3.1; JointEmbeddingLoss in
 * train_sje_hybrid.lua): rows of a minibatch are of distinct classes, so each row's partner is the one right answer.
 *
 *   loss(queries, answers) = sum over i and j != i of max(0, 1 + <q_i, a_j> - <q_i, a_i>) / B^2
 *
 * The sum goes over all violators, not over the worst one. The symmetric form adds the transposed term. Captions of
 * one picture against each other take the plain form (main_txt_coco.lua, for COCO).
 */
import * as tf from '@tensorflow/tfjs-core';

export interface JointEmbeddingLoss {
  readonly loss: tf.Scalar;
  /** Shares of rows whose own partner scores highest, both ways: picture to text, text to picture. */
  readonly accuracies: readonly [tf.Scalar, tf.Scalar];
}

/** Off the diagonal 1, on it 0. [B, B] */
const others = (rows: number): tf.Tensor2D => tf.sub(1, tf.eye(rows));

/** @param scores [B, B]: row i are query i's scores, [i, i] the right one */
const hinge = (scores: tf.Tensor2D): tf.Scalar => {
  const rows = scores.shape[0];
  const right = tf.sum(tf.mul(scores, tf.eye(rows)), 1, true); // [B, 1]
  const excess = tf.relu(tf.add(tf.sub(scores, right), 1)); // [B, B]
  return tf.div(tf.sum(tf.mul(excess, others(rows))), rows * rows);
};

/** Outside of the gradient. @param scores [B, B] */
const accuracy = (scores: tf.Tensor2D): tf.Scalar => {
  const rows = scores.shape[0];
  const right = tf.range(0, rows, 1, 'int32');
  return tf.mean(tf.cast(tf.equal(tf.argMax(scores, 1), right), 'float32'));
};

/** Scores by plain products of [B, E] and [B, E]: [B, B], queries down. */
const scoresOf = (queries: tf.Tensor2D, answers: tf.Tensor2D): tf.Tensor2D =>
  tf.matMul(queries, answers, false, true);

/**
 * The symmetric loss between pictures and texts of distinct classes.
 * @param images [B, E]
 * @param texts [B, E]: row i describes row i of `images`
 */
export const jointEmbeddingLoss = (images: tf.Tensor2D, texts: tf.Tensor2D): JointEmbeddingLoss => {
  const scores = scoresOf(images, texts); // [B, B]
  const transposed = tf.transpose(scores); // [B, B]
  return {
    loss: tf.add(hinge(scores), hinge(transposed)),
    accuracies: [accuracy(scores), accuracy(transposed)],
  };
};

/**
 * The one-way loss between two captions of each picture.
 * @param first [B, E], the answers
 * @param second [B, E], the queries
 */
export const captionPairLoss = (first: tf.Tensor2D, second: tf.Tensor2D): JointEmbeddingLoss => {
  const scores = scoresOf(second, first); // [B, B]
  return { loss: hinge(scores), accuracies: [accuracy(scores), accuracy(tf.transpose(scores))] };
};
