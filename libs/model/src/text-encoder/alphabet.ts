/**
 * Text as the char-CNN-RNN sees it: 201 characters, each a one-hot row of 70. The released alphabet has '-' twice;
 * in its table the later place wins, so that column 36 is never set (icml2016, txt2img_demo.lua and main_txt_coco.lua).
 * What is not in the alphabet counts as a space (char_cnn_rnn_pytorch, string_to_label_vector; the Torch scripts read
 * texts that were encoded beforehand). Positions after the end are all zero, not a space.
 */
import * as tf from '@tensorflow/tfjs-core';

export const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:\'"/\\|_@#$%^&*~`+-=<>()[]{} ';

/** Columns of a one-hot row: 70. */
export const alphabetSize = alphabet.length;

/** Characters that are read; the rest of a text is cut off. */
export const textLength = 201;

/** Later entries replace earlier ones. */
const columnOf: ReadonlyMap<string, number> = new Map(
  [...alphabet].map((character, column) => [character, column]),
);

const space = alphabetSize - 1;

/** Columns of the text's characters, in lower case: at most 201 numbers from 0 to 69. */
export const charactersOf = (text: string): number[] =>
  [...text.toLowerCase()].slice(0, textLength).map((character) => columnOf.get(character) ?? space);

/** [B, 201, 70], one-hot, zeros behind each text's end. The caller disposes it. */
export const oneHotTexts = (texts: readonly string[]): tf.Tensor3D => {
  const values = new Float32Array(texts.length * textLength * alphabetSize);
  texts.forEach((text, row) => {
    charactersOf(text).forEach((column, place) => {
      values[(row * textLength + place) * alphabetSize + column] = 1;
    });
  });
  return tf.tensor3d(values, [texts.length, textLength, alphabetSize]);
};
