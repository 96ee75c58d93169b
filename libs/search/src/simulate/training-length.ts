/** How many steps a sweep's runs train, as far as its definition says. */
import {
  type BuiltInTrainer,
  type Distribution,
  isBuiltIn,
  type ParameterDefinition,
  type ParameterValue,
  presetNames,
  type SweepDefinition,
  trainerHyperparameters,
} from '@plumage/contract';

export interface TrainingLength {
  readonly steps: number;
  /** The share of runs that train so long; the shares sum to 1. */
  readonly share: number;
}

interface Chance {
  readonly value: ParameterValue;
  readonly share: number;
}

/** The values of a parameter of few values; null for any other. */
const chancesOf = (d: Distribution): Chance[] | null => {
  switch (d.kind) {
    case 'constant':
      return [{ value: d.value, share: 1 }];
    case 'categorical':
      return d.values.map((value, i) => ({ value, share: d.probabilities?.[i] ?? 1 / d.values.length }));
    case 'int_uniform': {
      const count = d.max - d.min + 1;
      if (count > 1000) return null;
      return Array.from({ length: count }, (_, i) => ({ value: d.min + i, share: 1 / count }));
    }
    default:
      return null;
  }
};

/** A parameter's values, when every run has one. */
const valuesOf = (parameter: ParameterDefinition): Chance[] | null =>
  parameter.when.length > 0 ? null : chancesOf(parameter.distribution);

const defaultSteps =
  (trainer: BuiltInTrainer) =>
  (preset: ParameterValue): number | null => {
    const { fields, presets } = trainerHyperparameters[trainer];
    const name = presetNames.find((known) => known === preset);
    if (name === undefined) return null;
    const steps = presets[name]['steps'] ?? fields['steps']?.safeParse(undefined).data;
    return typeof steps === 'number' ? steps : null;
  };

const lengthsFrom = (
  chances: readonly Chance[],
  stepsOf: (value: ParameterValue) => number | null,
): TrainingLength[] | null => {
  const lengths = chances.map(({ value, share }) => ({ steps: stepsOf(value), share }));
  return lengths.every((length): length is TrainingLength => length.steps !== null) ? lengths : null;
};

/**
 * By the parameter `steps`, or, for a built-in trainer, by its preset's default; a generation of a population
 * trains an interval. Null when the definition does not say: a program knows its own steps.
 */
export const trainingLengths = ({
  parameters,
  trainer,
  pbt,
}: Pick<SweepDefinition, 'parameters' | 'trainer' | 'pbt'>): readonly TrainingLength[] | null => {
  if (pbt !== null) return [{ steps: pbt.interval, share: 1 }];
  const steps = parameters.find(({ path }) => path === 'steps');
  if (steps !== undefined) {
    const isCount = (value: ParameterValue): value is number =>
      Number.isSafeInteger(value) && Number(value) > 0;
    const chances = valuesOf(steps);
    return chances && lengthsFrom(chances, (value) => (isCount(value) ? value : null));
  }
  if (!isBuiltIn(trainer)) return null;
  const preset = parameters.find(({ path }) => path === 'preset');
  const chances = preset === undefined ? [{ value: 'cpu-small', share: 1 }] : valuesOf(preset);
  return chances && lengthsFrom(chances, defaultSteps(trainer));
};
