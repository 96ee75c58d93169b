/** What a sweep's runs say, as fields of the sweep: each asks a pure function of libs/search. */
import { bestSoFar, contour, correlations, empiricalDistribution, slice } from '@plumage/search';
import { Arg, Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { BadInputError } from '../errors/api.error.ts';
import { RunState } from '../runs/run.enum.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Sweep } from '../sweeps/sweep.type.ts';
import { importanceOf } from './importance.service.ts';
import { ParameterCorrelations, ParameterImportances } from './importance.type.ts';
import { GoalArgs, MetricArgs } from './insight.args.ts';
import {
  contourColumns,
  correlationColumns,
  importanceColumns,
  runColumns,
  toAxis,
} from './insight.columns.ts';
import { ImportanceMethod, MetricGoal, ProgressOrder } from './insight.enum.ts';
import { definitionOf, goalName, subjectOf } from './insight.service.ts';
import {
  BestSoFar,
  MetricDistribution,
  ParameterContour,
  ParameterSlice,
  ParetoFront,
} from './insight.type.ts';
import { paretoColumns } from './pareto.service.ts';

/** Of the 100,000 that one operation may cost: a handful of forests, or some tens of charts. */
const FOREST = { complexity: 20_000 };
const CHART = { complexity: 2_000 };

const TRAINED: readonly RunState[] = ['FINISHED'];
const ENDED: readonly RunState[] = ['FINISHED', 'PRUNED'];

@Resolver(() => Sweep)
export class SweepInsightFields {
  @FieldResolver(() => ParameterImportances, {
    ...FOREST,
    description: 'How much each parameter matters for a metric. Of FINISHED runs.',
  })
  async importance(
    @Root() sweep: Sweep,
    @Args(() => GoalArgs) args: GoalArgs,
    @Arg('method', () => ImportanceMethod, { nullable: true, defaultValue: 'FANOVA', description: 'How.' })
    method: ImportanceMethod | null,
    @Arg('pairs', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'With FANOVA: pairs among the ten most important parameters too.',
    })
    pairs: boolean | null,
    @Ctx() { loaders }: RequestContext,
  ): Promise<ParameterImportances> {
    const subject = await subjectOf(loaders, sweep.id, args, TRAINED);
    const options = { method: method ?? 'FANOVA', pairs: pairs ?? false };
    const found = await importanceOf(subject, options);
    return importanceColumns(found, subject.metric, options.method);
  }

  @FieldResolver(() => ParameterCorrelations, {
    ...CHART,
    description: 'How each parameter goes with a metric, one at a time. Of FINISHED runs.',
  })
  async correlations(
    @Root() sweep: Sweep,
    @Args(() => MetricArgs) args: MetricArgs,
    @Ctx() { loaders }: RequestContext,
  ): Promise<ParameterCorrelations> {
    const { sheet, runs, metric } = await subjectOf(loaders, sweep.id, args, TRAINED);
    return correlationColumns(correlations(sheet.parameters, runs), metric);
  }

  @FieldResolver(() => BestSoFar, {
    ...CHART,
    description: 'The best value so far, run by run. Of runs in any state that have a value.',
  })
  async bestSoFar(
    @Root() sweep: Sweep,
    @Args(() => GoalArgs) args: GoalArgs,
    @Arg('order', () => ProgressOrder, {
      nullable: true,
      defaultValue: 'NUMBER',
      description: 'In which order.',
    })
    order: ProgressOrder | null,
    @Ctx() { loaders }: RequestContext,
  ): Promise<BestSoFar> {
    const { runs, metric, goal } = await subjectOf(loaders, sweep.id, args, null);
    const found = bestSoFar(runs, goal, order === 'END' ? 'end' : 'number');
    return {
      ...{ metric, goal: goalName(goal), ...runColumns(found.runs), values: [...found.values] },
      endedAt: found.runs.map(({ endedAt }) => endedAt),
      best: [...found.best],
      bestNumbers: [...found.holders],
    };
  }

  @FieldResolver(() => ParetoFront, {
    ...CHART,
    description: 'Runs by several metrics, and the front among them. Of FINISHED and PRUNED runs.',
  })
  paretoFront(
    @Root() sweep: Sweep,
    @Arg('metrics', () => [String], { nullable: true, description: "Two to four. Null: the sweep's own." })
    metrics: string[] | null,
    @Arg('goals', () => [MetricGoal], {
      nullable: true,
      description: 'One for each metric. Null: what the definition says, else MINIMIZE.',
    })
    goals: MetricGoal[] | null,
    @Arg('reference', () => [Float], {
      nullable: true,
      description: 'The point from which the hypervolume is measured. Null: the worst value of each metric.',
    })
    reference: number[] | null,
    @Arg('states', () => [RunState], { nullable: true, description: 'Only runs in these states.' })
    states: RunState[] | null,
    @Ctx() { loaders }: RequestContext,
  ): Promise<ParetoFront> {
    return paretoColumns(loaders, sweep.id, { metrics, goals, states, reference }, ENDED);
  }

  @FieldResolver(() => ParameterSlice, {
    ...CHART,
    description: 'One parameter against a metric. Of FINISHED and PRUNED runs.',
  })
  async slice(
    @Root() sweep: Sweep,
    @Arg('parameter', () => String, { description: 'Its dotted path.' }) parameter: string,
    @Args(() => GoalArgs) args: GoalArgs,
    @Ctx() { loaders }: RequestContext,
  ): Promise<ParameterSlice> {
    const subject = await subjectOf(loaders, sweep.id, args, ENDED);
    const { runs, metric, goal } = subject;
    const found = slice(runs, parameter, definitionOf(subject, 'parameter', parameter), goal);
    return {
      ...{ metric, goal: goalName(goal), ...runColumns(found.runs), axis: toAxis(found.axis) },
      ...{ x: [...found.xs], values: [...found.values], ranks: [...found.ranks], inactive: found.inactive },
    };
  }

  @FieldResolver(() => ParameterContour, {
    ...CHART,
    description: 'A metric over two parameters. Of FINISHED and PRUNED runs.',
  })
  async contour(
    @Root() sweep: Sweep,
    @Arg('x', () => String, { description: 'The dotted path of one parameter.' }) x: string,
    @Arg('y', () => String, { description: 'The dotted path of another.' }) y: string,
    @Args(() => GoalArgs) args: GoalArgs,
    @Ctx() { loaders }: RequestContext,
  ): Promise<ParameterContour> {
    if (x === y) throw new BadInputError('y', y, 'another parameter than x');
    const subject = await subjectOf(loaders, sweep.id, args, ENDED);
    const known = new Map([
      [x, definitionOf(subject, 'x', x)],
      [y, definitionOf(subject, 'y', y)],
    ]);
    const found = contour(subject.runs, [x, y], (path) => known.get(path) ?? null, subject.goal);
    return contourColumns(found, subject.metric, subject.goal);
  }

  @FieldResolver(() => MetricDistribution, {
    ...CHART,
    description: 'The empirical distribution of a metric. Of FINISHED and PRUNED runs.',
  })
  async distribution(
    @Root() sweep: Sweep,
    @Args(() => MetricArgs) args: MetricArgs,
    @Ctx() { loaders }: RequestContext,
  ): Promise<MetricDistribution> {
    const { runs, metric } = await subjectOf(loaders, sweep.id, args, ENDED);
    const { runs: sorted, values, shares } = empiricalDistribution(runs);
    return { metric, ...runColumns(sorted), values, shares };
  }
}
