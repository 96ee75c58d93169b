import { createUnionType, Field, Float, Int, ObjectType } from 'type-graphql';
import type { Prisma } from '../../generated/prisma/client.ts';
import { Run } from '../../runs/run.type.ts';
import { DateTimeScalar, JsonScalar } from '../../schema/scalars.ts';
import { Problem, Sweep, SweepInvalid } from '../sweep.type.ts';

@ObjectType({ description: 'The definition of a sweep from one change to the next.' })
export class SweepVersion {
  @Field(() => Int, { description: 'From 1; runs name the one that they came from.' })
  version!: number;

  @Field(() => JsonScalar, { description: 'The compiled definition: every default filled in.' })
  definition!: Prisma.JsonValue;

  @Field(() => String, { description: 'The definition as it was written.' })
  source!: string;

  @Field(() => [String], { description: 'What was changed from the version before, sentence by sentence.' })
  changes!: string[];

  @Field(() => String, { nullable: true, description: 'Why, in the words of who changed it.' })
  note!: string | null;

  @Field(() => String, { nullable: true, description: 'Who changed it; null: the server.' })
  byName!: string | null;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  createdAt!: Date;
}

@ObjectType({ description: 'How much a sweep may use, and has used.' })
export class SweepBudgetUse {
  @Field(() => Float, { nullable: true, description: 'Hours by the clock that it may last; null: no limit.' })
  hours!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Hours of slots at work that it may use; null: no limit.',
  })
  acceleratorHours!: number | null;

  @Field(() => Float, { description: 'Hours by the clock since its first run started, until its end.' })
  usedHours!: number;

  @Field(() => Float, { description: 'Hours of slots at work, summed over all attempts of all runs.' })
  usedAcceleratorHours!: number;
}

@ObjectType({ description: 'The sweep was changed.' })
export class SweepUpdated {
  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;

  @Field(() => [String], { description: 'What was changed, sentence by sentence; empty: nothing.' })
  changes!: string[];

  @Field(() => [Problem], { description: 'Oddities that do not stop it.' })
  warnings!: Problem[];
}

@ObjectType({
  description: 'Somebody else has changed the sweep since that version; nothing was changed now.',
})
export class SweepEditedMeanwhile {
  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;
}

export const UpdateSweepResult = createUnionType({
  name: 'UpdateSweepResult',
  description: 'The changed sweep, or why it was not changed.',
  types: () => [SweepUpdated, SweepInvalid, SweepEditedMeanwhile] as const,
});

@ObjectType({ description: 'The runs wait for agents, ahead of those that the search suggests.' })
export class RunsEnqueued {
  @Field(() => [Run], { description: 'The new runs, in the order of the assignments.' })
  runs!: Run[];

  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;
}

export const EnqueueRunsResult = createUnionType({
  name: 'EnqueueRunsResult',
  description: 'The new runs, or what is wrong with the assignments; then none was made.',
  types: () => [RunsEnqueued, SweepInvalid] as const,
});

@ObjectType({ description: 'Failed runs wait for agents again.' })
export class RunsRerun {
  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;

  @Field(() => Int, { description: 'How many runs will run again.' })
  count!: number;
}
