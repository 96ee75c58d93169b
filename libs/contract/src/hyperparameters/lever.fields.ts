/** Stability levers of the GAN, all off by default; docs/levers.md has their sources and when to take which. */
import { z } from 'zod';
import { count, share } from './field.ts';

/** Policies of DiffAugment: every combination, as one value, so that a sweep can choose among them. */
export const diffAugmentPolicies = [
  'off',
  'colour',
  'translation',
  'cutout',
  'colour+translation',
  'colour+cutout',
  'translation+cutout',
  'colour+translation+cutout',
] as const;

export const leverFields = {
  label_smoothing: share(0, 0.5).default(0).describe('One-sided: real pairs aim at 1 minus this.'),
  gan_loss: z
    .enum(['cross-entropy', 'hinge'])
    .default('cross-entropy')
    .describe('The adversarial loss (paper: cross-entropy).'),
  r1_penalty: share(0, 10_000)
    .default(0)
    .describe("Gamma of the penalty on the discriminator's gradient at real pictures; 0 for none."),
  r1_every: count(1, 10_000)
    .default(16)
    .describe('Steps between penalties, each weighing as many times as much; 1 for every step.'),
  spectral_norm: z
    .boolean()
    .default(false)
    .describe("Divide the discriminator's weights by their largest singular value."),
  diff_augment: z
    .enum(diffAugmentPolicies)
    .default('off')
    .describe('Random changes of every picture that the discriminator sees, for small datasets.'),
  feature_matching: share(0, 10_000)
    .default(0)
    .describe("Weight of the distance between the discriminator's mean features (re-implementation: 100)."),
  l1_weight: share(0, 10_000)
    .default(0)
    .describe('Weight of the absolute difference to the real picture (re-implementation: 50).'),
};

type LeverFields = z.infer<z.ZodObject<typeof leverFields>>;

/** For `.superRefine`: levers that contradict each other. */
export const checkLevers = (
  { gan_loss: loss, label_smoothing: smoothing }: Pick<LeverFields, 'gan_loss' | 'label_smoothing'>,
  context: z.RefinementCtx,
): void => {
  if (loss !== 'hinge' || smoothing === 0) return;
  context.addIssue({
    code: 'custom',
    path: ['label_smoothing'],
    message: 'gan_loss "hinge" has no labels to smooth; expected 0',
  });
};
