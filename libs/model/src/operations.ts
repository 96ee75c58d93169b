/**
 * Arithmetic of one training step, for benchmarks: what a back end achieves is this divided by the step's time.
 * Multiply-adds of convolutions and matrix products count two; everything else (normalisation, activations, Adam)
 * counts nothing, so that a faster formulation of those shows as a higher rate and not as less work.
 */
import type { ModelConfig } from './config.ts';
import { discriminatorSpecs } from './discriminator.ts';
import { generatorSpecs } from './generator.ts';
import { generatorRows, type Interpolation } from './interpolation.ts';
import type { ParameterSpec } from './network.ts';

/** Places at which a kernel is applied, by the layer's first name: the side of the smaller of its two maps. */
const sides: Readonly<Record<string, number>> = {
  up8: 4,
  up16: 8,
  up32: 16,
  up64: 32,
  block8: 8,
  block4: 4,
  down32: 32,
  down16: 16,
  down8: 8,
  down4: 4,
  join: 4,
};

/** 10^9 operations of a forward pass of one row. */
const forward = (specs: readonly ParameterSpec[]): number =>
  specs
    .filter(({ initial, shape }) => initial.kind !== 'gain' && initial.kind !== 'zero' && shape.length > 1)
    .reduce((sum, { name, shape }) => {
      const layer = name.split('.')[0] ?? name;
      const side = name === 'join.text.weight' ? 1 : (sides[layer] ?? 1);
      return sum + 2 * side * side * shape.reduce((product, length) => product * length, 1);
    }, 0) / 1e9;

/**
 * @returns 10^9 operations of one trainStep: D's step (G forward, D forward and both gradients for 2 or 3 passes),
 * then G's step (G forward and both gradients, D forward and the gradient to its input, on B or 1.5 B rows)
 */
export const gflopsPerStep = (
  config: ModelConfig,
  step: { batchSize: number; matching: number; interpolation: Interpolation },
): number => {
  const generator = forward(generatorSpecs(config));
  const discriminator = forward(discriminatorSpecs(config));
  const passes = step.matching > 0 ? 3 : 2;
  const rows = generatorRows(step.batchSize, step.interpolation);
  return (
    step.batchSize * (generator + 3 * passes * discriminator) + rows * (3 * generator + 2 * discriminator)
  );
};
