/**
 * Every derivative that this project trains with, registered once. @tensorflow/tfjs-core registers none by
 * itself: its list is an ES module tree without file extensions, which Node cannot load, and the packages that
 * bundle it (tfjs, tfjs-layers) cost 1.5 MB and a second copy of the engine. The list here is checked against
 * finite differences, and a kernel that is missing from it fails loudly when a gradient asks for it.
 */
import { registerGradient } from '@tensorflow/tfjs-core';
import { activationGradients } from './activation.gradients.ts';
import { arithmeticGradients } from './arithmetic.gradients.ts';
import { convolutionGradients } from './convolution.gradients.ts';
import { type Derivative, toGradConfig } from './gradient.definition.ts';
import { layoutGradients } from './layout.gradients.ts';
import { linearGradients } from './linear.gradients.ts';
import { normalisationGradients } from './normalisation.gradients.ts';
import { reductionGradients } from './reduction.gradients.ts';
import { unaryGradients } from './unary.gradients.ts';

const derivatives: readonly Derivative[] = [
  ...arithmeticGradients,
  ...unaryGradients,
  ...activationGradients,
  ...reductionGradients,
  ...layoutGradients,
  ...linearGradients,
  ...convolutionGradients,
  ...normalisationGradients,
];

/** Registers all derivatives with tfjs. Idempotent: a later registration of a kernel replaces the former. */
export function registerGradients(): void {
  for (const derivative of derivatives) registerGradient(toGradConfig(derivative));
}
