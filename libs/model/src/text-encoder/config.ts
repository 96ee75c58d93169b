/**
 * The shape of the char-CNN-RNN and of the image encoder beside it. Widths in the comments are the released ones
 * (Reed et al., CVPR 2016, modules/HybridCNN.lua; ICML 2016, modules/HybridCNNLong.lua); smaller ones serve machines
 * without an accelerator.
 */
export interface TextEncoderConfig {
  readonly variant: TextEncoderVariant;
  /** Channels after the first convolution: 384. */
  readonly conv1Width: number;
  /** After the second: 512. */
  readonly conv2Width: number;
  /** d: after the third, and of the recurrence; 256 for `cvpr`, 512 for the others. */
  readonly conv3Width: number;
  /** Length of an embedding: 1024. */
  readonly embeddingDim: number;
  /** Base width of the image encoder. The reference has none: it reads GoogLeNet features. */
  readonly imageWidth: number;
  /**
   * `released`: as the reference starts. `short-texts`: weights one and a half times as wide and no biases, for captions
   * of a word or two, whose positions are nearly all padding: as released, their first embeddings are 6% caption and
   * the rest alike (measured on the emoji set: 0.07 of 1.17; with this 1.3 of 2.4).
   */
  readonly initial: 'released' | 'short-texts';
}

/** The three released networks. COCO has that of the birds. */
export const textEncoderVariants = ['cvpr', 'icml-flowers', 'icml-birds'] as const;
export type TextEncoderVariant = (typeof textEncoderVariants)[number];

interface VariantShape {
  /** Whether a third pooling (3 wide, stride 2) shortens 18 steps to 8. */
  readonly thirdPooling: boolean;
  readonly recurrence: 'relu' | 'gru';
  /** The released d, for initial values. */
  readonly releasedWidth: number;
}

export const variantShape: Readonly<Record<TextEncoderVariant, VariantShape>> = Object.freeze({
  cvpr: { thirdPooling: true, recurrence: 'relu', releasedWidth: 256 },
  'icml-flowers': { thirdPooling: true, recurrence: 'relu', releasedWidth: 512 },
  'icml-birds': { thirdPooling: false, recurrence: 'gru', releasedWidth: 512 },
});
