/** What one training step is told, and the names of what it tells. */
import { hinge } from './hinge.loss.ts';
import type { Interpolation } from './interpolation.ts';
import { type Levers, noLevers } from './levers.ts';
import { type Adversarial, crossEntropies } from './losses.ts';

export interface StepSettings {
  /** c of the loss: 0.5 is GAN-CLS, 0 the plain conditional GAN. */
  matching: number;
  interpolation: Interpolation;
  /** Weight of interpolated rows in the generator's loss. */
  interpolatedWeight: number;
  /** One-sided label smoothing of real pairs, 0 for none; the hinge loss has no labels. */
  labelSmoothing: number;
  generatorRate: number;
  discriminatorRate: number;
  /** Decay of the averaged generator, 0 for none. */
  averageDecay: number;
  /** Absent: all off. */
  levers?: Levers;
}

export const leversOf = ({ levers = noLevers }: StepSettings): Levers => levers;

export const adversarialOf = (settings: StepSettings): Adversarial =>
  leversOf(settings).adversarial === 'hinge' ? hinge : crossEntropies(settings.labelSmoothing);

/**
 * What trainStep's result holds, in order. Accuracies are shares of the batch on the right side of 0. The penalty d/r1
 * is as it enters the loss and 0 where it is not taken, so that its mean over steps is what it weighs; the generator's
 * two distances are without their weights. `d/loss` and `g/loss` are the adversarial losses alone.
 */
export const statisticsOf = ({ r1Weight, featureMatching, pixelDistance }: Levers): readonly string[] => [
  'd/loss',
  'd/real',
  'd/wrong',
  'd/fake',
  'd/accuracy_real',
  'd/accuracy_wrong',
  'd/accuracy_fake',
  'd/match_gap',
  ...(r1Weight > 0 ? ['d/r1'] : []),
  'g/loss',
  ...(featureMatching > 0 ? ['g/feature_matching'] : []),
  ...(pixelDistance > 0 ? ['g/pixel_distance'] : []),
];

/** statisticsOf a step without levers. */
export const stepStatistics = statisticsOf(noLevers);
