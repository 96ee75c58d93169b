/**
 * Stability levers: what later work added to the objective of Reed et al. 2016. All are off by default, and then a step
 * computes, draws and allocates exactly what it would without them. Each has a file that names its source; spectral
 * norm shapes the discriminator and is part of ModelConfig. docs/levers.md says when to take which.
 */
import type { Augmentation } from './diff.augment.ts';

export interface Levers {
  /** `hinge`: hinge.loss.ts. */
  adversarial: 'cross-entropy' | 'hinge';
  /** gamma of the penalty on the discriminator's gradient at real pictures, 0 for none: r1.penalty.ts. */
  r1Weight: number;
  /** The penalty is taken at every so many steps, and then weighs as many times as much; 1 for each step. */
  r1Every: number;
  /** Drawn anew for every picture that the discriminator sees: diff.augment.ts. */
  augmentations: readonly Augmentation[];
  /** Weight of the distance between the discriminator's mean features, 0 for none: feature.matching.ts. */
  featureMatching: number;
  /** Weight of the mean absolute difference to the real picture, 0 for none: feature.matching.ts. */
  pixelDistance: number;
}

export const noLevers: Levers = Object.freeze({
  adversarial: 'cross-entropy',
  r1Weight: 0,
  r1Every: 1,
  augmentations: [],
  featureMatching: 0,
  pixelDistance: 0,
});
