import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

@ObjectType({ description: 'A run that another was compared with, and the value by which.' })
export class StopPeer {
  @Field(() => Int, { description: 'Its number in the sweep.' })
  run!: number;

  @Field(() => Float, { nullable: true, description: 'Null: not a finite number.' })
  value!: number | null;
}

@ObjectType({ description: 'What the stopping rule decided about a run at one point, and why.' })
export class StopDecision {
  @Field(() => Int, { description: 'The step that was judged.' })
  step!: number;

  @Field(() => Int, { description: 'The attempt whose point it was.' })
  epoch!: number;

  @Field(() => String, { description: 'The rule: median, percentile, asha and so on.' })
  rule!: string;

  @Field(() => Int, { description: "The version of the sweep's definition that the rule is from." })
  version!: number;

  @Field(() => Boolean, { description: 'Whether the run had to end here.' })
  stop!: boolean;

  @Field(() => Float, { nullable: true, description: 'What was judged; null: not a finite number.' })
  value!: number | null;

  @Field(() => Float, { nullable: true, description: 'What it had to reach; null: it was not compared.' })
  cutoff!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Its place among itself and its peers, 1 is best; null: it was not ranked.',
  })
  rank!: number | null;

  @Field(() => Int, { description: 'How many runs it was compared with.' })
  peerCount!: number;

  @Field(() => [StopPeer], { description: 'The best of them, best first, at most 20.' })
  peers!: StopPeer[];

  @Field(() => Int, { nullable: true, description: 'Which ladder of rungs it climbs, from 0.' })
  bracket!: number | null;

  @Field(() => Int, { nullable: true, description: 'The rung at which it was compared, from 0.' })
  rung!: number | null;

  @Field(() => Int, { nullable: true, description: 'The step at which that rung stands.' })
  rungStep!: number | null;

  @Field(() => String, { description: 'The decision in words.' })
  sentence!: string;

  @Field(() => DateTimeScalar, { description: 'When it was decided.' })
  at!: Date;
}

@ObjectType({ description: 'A decision in a list.' })
export class StopDecisionEdge {
  @Field(() => String, { description: "The decision's place in the list." })
  cursor!: string;

  @Field(() => StopDecision, { description: 'The decision.' })
  node!: StopDecision;
}

@ObjectType({ description: 'A page of decisions, by step.' })
export class StopDecisionConnection {
  @Field(() => [StopDecisionEdge], { description: 'The decisions of this page.' })
  edges!: StopDecisionEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  /** Counted by the field's resolver, only when asked for. */
  where!: { readonly runId: string; readonly stopsOnly: boolean };
}

@ObjectType({
  description: 'A rung of the sweep’s stopping rule and the runs that have come to it, best first.',
})
export class Rung {
  @Field(() => Int, { description: 'Which ladder of rungs, from 0.' })
  bracket!: number;

  @Field(() => Int, { description: 'Its number in the ladder, from 0.' })
  rung!: number;

  @Field(() => Int, { description: 'The step at which it stands.' })
  step!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'What the next run has to reach; null: nothing is compared here yet.',
  })
  cutoff!: number | null;

  @Field(() => [ID], { description: 'The runs, best first.' })
  runIds!: string[];

  @Field(() => [Int], { description: 'Their numbers in the sweep.' })
  runNumbers!: number[];

  @Field(() => [Float], { nullable: 'items', description: 'Their values here; null: not a finite number.' })
  values!: (number | null)[];

  @Field(() => [Boolean], { description: 'Whether each was stopped here.' })
  stopped!: boolean[];
}
