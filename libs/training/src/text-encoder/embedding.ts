/** Texts and pictures through the encoders in blocks of bounded size, with running statistics: never for training. */
import {
  encodeImage,
  encodeText,
  imageSide,
  type Network,
  oneHotTexts,
  runningNormalize,
  type TextEncoderConfig,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';

const blockRows = 64;
const pictureValues = imageSide * imageSide * 3;

/** What is told between blocks; it may throw to end the work. */
type OnBlock = (done: number) => void;

const inBlocks = async (
  rows: number,
  width: number,
  encode: (from: number, to: number) => tf.Tensor2D,
  onBlock: OnBlock,
): Promise<Float32Array> => {
  const vectors = new Float32Array(rows * width);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(from + blockRows, rows);
    const block = tf.tidy(() => encode(from, to)); // [<= 64, width]
    try {
      vectors.set(await block.data(), from * width);
    } finally {
      block.dispose();
    }
    onBlock(to);
  }
  return vectors;
};

/** @returns [n, embeddingDim] */
export const embedTexts = (
  network: Network,
  config: TextEncoderConfig,
  texts: readonly string[],
  onBlock: OnBlock = () => undefined,
): Promise<Float32Array> =>
  inBlocks(
    texts.length,
    config.embeddingDim,
    (from, to) => encodeText(network, config, oneHotTexts(texts.slice(from, to))),
    onBlock,
  );

/**
 * @param pictures [n, 64, 64, 3] in [-1, 1]
 * @returns [n, embeddingDim]
 */
export const embedImages = (
  network: Network,
  config: TextEncoderConfig,
  pictures: Float32Array,
  onBlock: OnBlock = () => undefined,
): Promise<Float32Array> =>
  inBlocks(
    pictures.length / pictureValues,
    config.embeddingDim,
    (from, to) => {
      const block = pictures.subarray(from * pictureValues, to * pictureValues);
      const images = tf.tensor4d(block, [to - from, imageSide, imageSide, 3]);
      return encodeImage(network, images, runningNormalize(network));
    },
    onBlock,
  );
