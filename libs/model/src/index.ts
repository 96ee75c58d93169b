/** GAN-CLS and GAN-INT: tensors in, tensors out. No clock, file or network; randomness is an argument. */
export { updateAverage, warmedDecay } from './averaging.ts';
export { imageSide, type ModelConfig } from './config.ts';
export { discriminate, discriminatorSpecs, projectText } from './discriminator.ts';
export { augmentations } from './diff.augment.ts';
export { createGanCls, disposeGanCls, type GanCls, type StepBatch, trainStep } from './gan-cls.ts';
export { generate, generatorSpecs } from './generator.ts';
export { generatorRows, type Interpolation, interpolateText } from './interpolation.ts';
export { latentPath, type PathShape } from './latent.path.ts';
export type { Levers } from './levers.ts';
export { ganModes } from './losses.ts';
export { countParameters, disposeNetwork, loadNetwork, type Network, type Random } from './network.ts';
export { drawNoise } from './noise.draw.ts';
export { type RecoverySettings, recoverNoise } from './noise.recovery.ts';
export { batchNormalize, runningNormalize } from './normalization.ts';
export { gflopsPerStep } from './operations.ts';
export { encodeStyle, type StyleConfig, styleSpecs } from './style-encoder/style.encoder.ts';
export {
  createStyleTrainer,
  disposeStyleTrainer,
  type FrozenGenerator,
  type StyleTrainer,
  trainStyleStep,
} from './style-encoder/style.step.ts';
export { oneHotTexts, textLength } from './text-encoder/alphabet.ts';
export {
  type CaptionEmbedding,
  captionStatistics,
  createCaptionEmbedding,
  disposeCaptionEmbedding,
  trainCaptionPairs,
} from './text-encoder/caption-embedding.ts';
export { encodeText, textEncoderSpecs } from './text-encoder/char-cnn-rnn.ts';
export {
  type TextEncoderConfig,
  type TextEncoderVariant,
  textEncoderVariants,
} from './text-encoder/config.ts';
export { encodeImage, imageEncoderSpecs } from './text-encoder/image-encoder.ts';
export {
  createJointEmbedding,
  disposeJointEmbedding,
  type JointBatch,
  type JointEmbedding,
  jointStatistics,
  trainJointEmbedding,
} from './text-encoder/joint-embedding.ts';
export type { Optimizer, OptimizerChoice } from './text-encoder/optimizer.ts';
export { spectralWeights } from './spectral.norm.ts';
export { type StepSettings, statisticsOf } from './step.settings.ts';
