import { createUnionType, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Prisma } from '../generated/prisma/client.ts';
import { SweepState } from '../generated/prisma/enums.ts';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';

registerEnumType(SweepState, {
  name: 'SweepState',
  description:
    'RUNNING: hands out runs. PAUSED: hands out none, its runs wait. STOPPING: suggests none; those that have started, and those that a person asks for, end by themselves. FINISHED: has nothing left to do, unless an edit gives it more. CANCELLED is for good.',
});

@ObjectType({ description: 'A search over hyperparameters: a definition and its runs.' })
export class Sweep {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  projectId!: string;
  seed!: bigint;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is about.' })
  description!: string | null;

  @Field(() => SweepState, { description: 'Where it stands.' })
  state!: SweepState;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it is stopping, or ended before its search did, in words: a person, its target, its budget.',
  })
  stateReason!: string | null;

  @Field(() => JsonScalar, { description: 'The compiled definition: every default filled in.' })
  definition!: Prisma.JsonValue;

  @Field(() => String, { description: 'The definition as it was written.' })
  source!: string;

  @Field(() => Int, { description: 'Raised by each change of the definition.' })
  version!: number;

  @Field(() => String, { description: 'How assignments are chosen: grid, random and so on.' })
  method!: string;

  @Field(() => String, { nullable: true, description: 'The metric by which runs are ranked.' })
  metricName!: string | null;

  @Field(() => String, { nullable: true, description: 'minimize or maximize.' })
  metricGoal!: string | null;

  @Field(() => Int, { nullable: true, description: 'The most runs that it will ever have.' })
  runCap!: number | null;

  @Field(() => Int, { nullable: true, description: 'The most runs at one time.' })
  concurrency!: number | null;

  @Field(() => Int, { description: 'How often one run may be tried again.' })
  maxFailures!: number;

  @Field(() => Int, { description: 'Sweeps of a higher priority are served first; equals share.' })
  priority!: number;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What a slot must offer: backend, memoryMb, device, dataset, command. Null: nothing.',
  })
  requires!: Prisma.JsonValue | null;

  @Field(() => Boolean, { description: 'Whether every assignment has its run.' })
  exhausted!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'A sweep in a list.' })
export class SweepEdge {
  @Field(() => String, { description: "The sweep's place in the list." })
  cursor!: string;

  @Field(() => Sweep, { description: 'The sweep.' })
  node!: Sweep;
}

@ObjectType({ description: 'A page of sweeps.' })
export class SweepConnection {
  @Field(() => [SweepEdge], { description: 'The sweeps of this page.' })
  edges!: SweepEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  /** Counted by the field's resolver, only when asked for. */
  where!: Prisma.SweepWhereInput;
}

@ObjectType({ description: 'What is wrong with, or odd about, a definition.' })
export class Problem {
  @Field(() => String, { description: 'Where, such as parameters.learning_rate.min.' })
  path!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { description: 'What would be right.' })
  expected!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What stands there.' })
  value!: unknown;
}

@ObjectType({ description: 'The sweep was made.' })
export class SweepCreated {
  @Field(() => Sweep, { description: 'The sweep.' })
  sweep!: Sweep;

  @Field(() => [Problem], { description: 'Oddities that do not stop it.' })
  warnings!: Problem[];
}

@ObjectType({ description: 'The definition is wrong; nothing was made.' })
export class SweepInvalid {
  @Field(() => [Problem], { description: 'Everything that is wrong.' })
  problems!: Problem[];
}

export const CreateSweepResult = createUnionType({
  name: 'CreateSweepResult',
  description: 'A sweep, or what is wrong with its definition.',
  types: () => [SweepCreated, SweepInvalid] as const,
});

@ObjectType({ description: 'What a definition would give.' })
export class SweepValidation {
  @Field(() => Boolean, { description: 'Whether a sweep can be made of it.' })
  valid!: boolean;

  @Field(() => [Problem], { description: 'Everything that is wrong.' })
  problems!: Problem[];

  @Field(() => [Problem], { description: 'Oddities that do not stop it.' })
  warnings!: Problem[];

  @Field(() => JsonScalar, { nullable: true, description: 'The compiled definition.' })
  normalized!: unknown;

  @Field(() => String, { nullable: true, description: 'The compiled definition as YAML.' })
  normalizedSource!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How many assignments there are; null: endlessly many.',
  })
  gridSize!: number | null;
}

@ObjectType({ description: 'A sweep that was changed.' })
export class SweepPayload {
  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;
}

@ObjectType({ description: 'A sweep has changed.' })
export class SweepChanged {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => Sweep, { description: 'The sweep as it is now.' })
  sweep!: Sweep;
}

@ObjectType({ description: 'The whole server in numbers.' })
export class Overview {
  @Field(() => Int, { description: 'Agents heard of lately.' })
  agentsOnline!: number;

  @Field(() => Int, { description: 'Runs that wait.' })
  queued!: number;

  @Field(() => Int, { description: 'Runs that agents hold.' })
  running!: number;

  @Field(() => Int, { description: 'Runs trained to the last step.' })
  finished!: number;

  @Field(() => Int, { description: 'Runs that failed for good.' })
  failed!: number;

  @Field(() => Int, { description: 'Pictures of the last 60 minutes.' })
  samplesLastHour!: number;
}
