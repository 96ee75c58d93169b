/**
 * The shape of both networks. Defaults in the comments are the paper's (Reed et al. 2016, section 4 and the
 * released main_cls.lua); smaller widths serve machines without an accelerator.
 */
export interface ModelConfig {
  /** Length T of a text embedding: 1024 in the paper. */
  textDim: number;
  /** Width that the text is projected to in each network: 128. */
  projectionDim: number;
  /** Length Z of the noise: 100. */
  noiseDim: number;
  /** ngf: 128 (COCO: 196). */
  generatorWidth: number;
  /** ndf: 64 (COCO: 196). */
  discriminatorWidth: number;
  /**
   * `released` has a residual bottleneck at 4x4 (both networks) and 8x8 (generator) and a 1x1 convolution that
   * joins text and image. `plain` is the common PyTorch re-implementation's: none of those, batch norm on both
   * text projections.
   */
  variant: 'released' | 'plain';
  /**
   * The released files differ: main_cls_int.lua has no activation after the discriminator's third and fourth
   * convolution, main_cls.lua has one after the third. Only read by the `released` variant.
   */
  activationQuirk: 'main_cls' | 'main_cls_int';
  /** Whether the discriminator's weights are divided by their spectral norm (spectral.norm.ts); off in the paper. */
  spectralNorm?: boolean;
}

/** Side of a picture. Both networks are four doublings between 4 x 4 and this. */
export const imageSide = 64;
