/**
 * The layers of both networks that are not normalisation. Convolutions carry no bias (the released code zeroes it before every step).
 * NHWC; kernels are [height, width, in, out], those of transposed convolutions [height, width, out, in].
 */
import * as tf from '@tensorflow/tfjs-core';

/** x [B, I], weight [I, O], bias [O] -> [B, O] */
export const dense = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
  tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias);

/** k x k convolution that keeps height and width: x [B, H, W, I] -> [B, H, W, O] */
export const convolve = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, 'same');

/** 4 x 4, stride 2, padding 1: x [B, H, W, I] -> [B, H/2, W/2, O] */
export const downsample = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 2, 1);

/** Transposed 4 x 4, stride 2, padding 1: x [B, H, W, I] -> [B, 2H, 2W, O] */
export const upsample = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor => {
  const [batch = 1, height = 1, width = 1] = x.shape;
  return tf.conv2dTranspose(
    x as tf.Tensor4D,
    weight as tf.Tensor4D,
    [batch, 2 * height, 2 * width, weight.shape[2] ?? 1],
    2,
    1,
  );
};
