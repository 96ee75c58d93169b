/** Who descends from whom in a population: of one run as a chain, of a whole sweep as columns. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { JsonScalar } from '../schema/scalars.ts';
import { DescentKind, RunState } from './run.enum.ts';
import type { Run } from './run.type.ts';

@ObjectType({ description: 'A value of the assignment that is not what it was in the parent.' })
export class LineageChange {
  @Field(() => String, { description: "The parameter's dotted path." })
  parameter!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What the parent had; null: it had none.' })
  from!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'What it has; null: it has none.' })
  to!: unknown;
}

@ObjectType({ description: 'One generation on the way to a run.' })
export class LineageStep {
  /** Resolved to `run` in lineage.fields.ts. */
  row!: Run;

  @Field(() => Int, { description: 'The member of the population that it trains, from 0.' })
  member!: number;

  @Field(() => Int, { description: 'How many intervals its member has trained before.' })
  generation!: number;

  @Field(() => DescentKind, { description: 'How it began.' })
  kind!: DescentKind;

  @Field(() => Int, { description: 'The step that it starts from: that of the checkpoint it began with.' })
  fromStep!: number;

  @Field(() => Int, { description: 'The newest step that it has reached.' })
  toStep!: number;

  @Field(() => [LineageChange], {
    description: 'What it has otherwise than its parent, by name; nothing when it started afresh.',
  })
  changes!: LineageChange[];
}

@ObjectType({
  description:
    'A population: its members by their generations, in columns of equal length. A row for each run, by generation and member.',
})
export class Population {
  @Field(() => Int, { description: 'How many members train side by side.' })
  size!: number;

  @Field(() => Int, { description: 'How many intervals each member trains.' })
  generations!: number;

  @Field(() => Int, { description: 'Steps of an interval.' })
  interval!: number;

  @Field(() => [ID], { description: 'The runs.' })
  runIds!: string[];

  @Field(() => [Int], { description: 'Their numbers.' })
  numbers!: number[];

  @Field(() => [RunState], { description: 'Where they stand.' })
  states!: RunState[];

  @Field(() => [Int], { description: 'The member that each trains.' })
  memberOf!: number[];

  @Field(() => [Int], { description: 'The generation of its member that each is.' })
  generationOf!: number[];

  @Field(() => [Float], { nullable: 'items', description: "The sweep's metric; null while it is unknown." })
  scores!: (number | null)[];

  @Field(() => [DescentKind], { description: 'How each began.' })
  kinds!: DescentKind[];

  @Field(() => [ID], { nullable: 'items', description: 'The run from which each started; null: afresh.' })
  parentIds!: (string | null)[];

  @Field(() => [Int], { nullable: 'items', description: "The number of that run's member." })
  parentMembers!: (number | null)[];

  @Field(() => [Int], { nullable: 'items', description: "That run's generation." })
  parentGenerations!: (number | null)[];

  @Field(() => [Int], { description: 'The step that each starts from.' })
  fromSteps!: number[];

  @Field(() => [Int], { description: 'The newest step that each has reached.' })
  toSteps!: number[];
}
