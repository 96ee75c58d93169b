/** Whether method, metrics and parameters go together: what a grid can hold, what a search learns from. */
import type { PlacedParameter } from './parameter.compile.ts';
import type { Report } from './problem.ts';
import type { DistributionKind, SweepMethod, SweepMetric } from './sweep-definition.type.ts';

/** Distributions with finitely many values, of which a random search can try every one and end. */
export const finiteKinds: readonly DistributionKind[] = [
  'constant',
  'categorical',
  'int_uniform',
  'q_uniform',
  'q_log_uniform',
  'q_log_uniform_values',
];
const gridKinds: readonly DistributionKind[] = ['constant', 'categorical', 'int_uniform', 'q_uniform'];

const checkGrid = (parameters: readonly PlacedParameter[], report: Report): void => {
  for (const { definition, at } of parameters) {
    const { distribution } = definition;
    if (!gridKinds.includes(distribution.kind)) {
      report.problem(
        [...at, 'distribution'],
        `a grid cannot hold ${distribution.kind}`,
        'values, int_uniform or q_uniform, or method: random',
        distribution.kind,
      );
    } else if (distribution.kind === 'categorical' && distribution.probabilities !== null) {
      const message = 'have no meaning in a grid';
      report.problem([...at, 'probabilities'], message, 'values alone, or method: random');
    } else if (distribution.kind === 'q_uniform') {
      const { max } = distribution;
      const message = `a grid over q_uniform leaves out max ${max}, as W&B's does`;
      report.warn(at, message, 'values, to name every point', max);
    }
  }
};

/** How many objectives a method learns from; 0 looks at no results. */
const mostObjectives: Readonly<Record<SweepMethod, number>> = {
  grid: 0,
  random: 0,
  sobol: 0,
  tpe: 4,
  gp: 1,
  cmaes: 1,
  pbt: 1,
  nsga2: 4,
};

/** Methods that take in what other sweeps found; a population copies weights, and those of others have no place in it. */
const startsWarm: readonly SweepMethod[] = ['tpe', 'gp', 'cmaes', 'nsga2'];

/** Whether `method` chooses by the results of earlier runs. */
const learns = (method: SweepMethod): boolean => mostObjectives[method] > 0;

interface WrittenMethod {
  /** The method's name as the user knows it. */
  readonly called: string;
  readonly metrics: readonly SweepMetric[];
  readonly hasMetric: boolean;
  readonly hasPbt: boolean;
  readonly hasWarmStart: boolean;
}

const checkObjectives = (
  method: SweepMethod,
  { called, metrics, hasMetric }: WrittenMethod,
  report: Report,
): void => {
  if (learns(method) && !hasMetric) {
    const expected = 'metric: {name, goal}, or method: random or sobol';
    report.problem(['metric'], `is missing: method ${called} learns from it`, expected);
  }
  if (learns(method) && metrics.length > mostObjectives[method]) {
    const expected = 'metric for one of them, or method: tpe or nsga2';
    report.problem(['metrics'], `method ${called} learns from one metric alone`, expected);
  }
  if (method === 'nsga2' && metrics.length === 1) {
    const message = 'nsga2 is made for several metrics; with one, tpe and gp need fewer runs';
    report.warn(['method'], message, 'metrics, or method: tpe or gp');
  }
};

/** Reports what the method cannot search, and what it would have to learn from. */
export const checkMethod = (
  method: SweepMethod,
  written: WrittenMethod,
  parameters: readonly PlacedParameter[],
  report: Report,
): void => {
  if (method === 'grid') checkGrid(parameters, report);
  checkObjectives(method, written, report);
  const isNumber = ({ definition }: PlacedParameter): boolean =>
    !['constant', 'categorical'].includes(definition.distribution.kind);
  if (method === 'cmaes' && parameters.length > 0 && !parameters.some(isNumber)) {
    const message = 'cmaes searches numbers, and there is none: all values are drawn at random';
    report.warn(['method'], message, 'method: tpe');
  }
  if (written.hasWarmStart && !startsWarm.includes(method)) {
    const message = `method ${written.called} learns nothing from other sweeps: warm_start has no effect`;
    report.warn(['warm_start'], message, `method: ${startsWarm.join(', ')}, or no warm_start`);
  }
  if (method !== 'pbt' && written.hasPbt) {
    report.warn(['pbt'], `has no effect with method ${written.called}`, 'method: pbt, or no pbt');
  }
};
