/** What parameters do to a metric, as columns: one entry for each parameter. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { ImportanceMethod, ParameterKind } from './insight.enum.ts';

@ObjectType({
  description:
    'How much each parameter matters for a metric, the most important first. Columns of equal length: parameters, importances, shares, deviations; and pairA, pairB, pairShares.',
})
export class ParameterImportances {
  @Field(() => String, { description: 'The metric that was looked at.' })
  metric!: string;

  @Field(() => ImportanceMethod, { description: 'How.' })
  method!: ImportanceMethod;

  @Field(() => Int, { description: 'How many runs were looked at: those with a finite value.' })
  runs!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why nothing can be told; the columns are empty then.',
  })
  reason!: string | null;

  @Field(() => [String], { description: 'Parameters by their dotted paths, constants left out.' })
  parameters!: string[];

  @Field(() => [Float], { description: 'At least 0, and 1 in sum.' })
  importances!: number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'FANOVA: the share of the whole variance that the parameter explains by itself.',
  })
  shares!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'FANOVA: the standard deviation of that share over the trees of the forest.',
  })
  deviations!: (number | null)[];

  @Field(() => [String], { description: 'With pairs: one parameter of each pair, the strongest pair first.' })
  pairA!: string[];

  @Field(() => [String], { description: 'The other one.' })
  pairB!: string[];

  @Field(() => [Float], {
    description: 'The share of the whole variance that the two explain together beyond what each does alone.',
  })
  pairShares!: number[];
}

@ObjectType({
  description:
    'How each parameter goes with a metric, in columns of equal length. A coefficient is null where it is not defined: fewer than three runs, or nothing that varies. p-values are two-sided, not corrected for their number, and a search does not draw its runs independently: a small one is a hint, not a proof.',
})
export class ParameterCorrelations {
  @Field(() => String, { description: 'The metric that was looked at.' })
  metric!: string;

  @Field(() => [String], { description: 'Parameters by their dotted paths, constants left out.' })
  parameters!: string[];

  @Field(() => [ParameterKind], { description: 'What its values are.' })
  kinds!: ParameterKind[];

  @Field(() => [Int], { description: 'Runs that have both the parameter and the metric.' })
  counts!: number[];

  @Field(() => [Float], {
    nullable: 'items',
    description:
      "Pearson's r of the values as they are. Of exactly two categories the point-biserial correlation, the first by name as 0, the second as 1.",
  })
  pearson!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Its p-value, by t with n - 2 degrees of freedom.',
  })
  pearsonP!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: "Spearman's rho: Pearson's r of the ranks. Of numbers only.",
  })
  spearman!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Its p-value, by t with n - 2 degrees of freedom.',
  })
  spearmanP!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description:
      'The correlation ratio eta, 0 to 1: the root of the share of variance that lies between the categories. Of categories only.',
  })
  eta!: (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Its p-value, by the F test of the one-way analysis of variance.',
  })
  etaP!: (number | null)[];
}
