import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Prisma } from '../generated/prisma/client.ts';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { RunOrigin, RunState } from './run.enum.ts';

@ObjectType({ description: 'One training with one assignment of a sweep. Relations stand in run.fields.ts.' })
export class Run {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  sweepId!: string;
  parentRunId!: string | null;
  leaseSlotId!: string | null;
  commandReason!: string | null;

  @Field(() => Int, { description: 'Its number in the sweep, from 1.' })
  number!: number;

  @Field(() => String, { description: 'Short name for people, such as gull-0042.' })
  name!: string;

  @Field(() => RunState, { description: 'Where it stands.' })
  state!: RunState;

  @Field(() => JsonScalar, { description: 'What the sampler chose: dotted paths to values.' })
  assignment!: Prisma.JsonValue;

  @Field(() => JsonScalar, { description: 'Every hyperparameter, defaults included.' })
  config!: Prisma.JsonValue;

  @Field(() => RunOrigin, { description: 'Who chose its assignment.' })
  origin!: RunOrigin;

  @Field(() => Int, { description: "The version of the sweep's definition that it came from." })
  sweepVersion!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Its place in the order in which the search has taken in the runs that ended; null before.',
  })
  resultNumber!: number | null;

  @Field(() => Int, {
    description:
      'How many results the search knew when it suggested this run: with resultNumber, the search can be replayed.',
  })
  knownResults!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'In a population: the member that it trains, from 0. Null elsewhere.',
  })
  member!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'In a population: how many intervals its member has trained before. Null elsewhere.',
  })
  generation!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "In a population: the step of its parent's checkpoint that it starts from; null: it starts afresh.",
  })
  parentStep!: number | null;

  @Field(() => Int, { description: 'Within the sweep, higher first.' })
  priority!: number;

  @Field(() => Int, { description: 'How often it was given to an agent; the fence of every report.' })
  leaseEpoch!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when its agent holds it without a heartbeat.',
  })
  leaseExpiresAt!: Date | null;

  @Field(() => Int, {
    description: 'Failures in a row without a newer checkpoint in between, after which it was tried again.',
  })
  retries!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'While it is queued: no agent takes it before this time, because it has failed just now.',
  })
  notBefore!: Date | null;

  @Field(() => Int, { description: 'The newest step that was reported.' })
  step!: number;

  @Field(() => Int, { nullable: true, description: 'Steps that it will take.' })
  totalSteps!: number | null;

  @Field(() => Float, { nullable: true, description: "The sweep's metric, by which its runs are ranked." })
  objective!: number | null;

  @Field(() => Int, { nullable: true, description: 'The step that the objective is from.' })
  objectiveStep!: number | null;

  @Field(() => String, { nullable: true, description: 'Digest of the data set that it trains on.' })
  datasetDigest!: string | null;

  @Field(() => String, { nullable: true, description: 'Hash of the text encoder.' })
  encoderHash!: string | null;

  @Field(() => String, { nullable: true, description: 'What computes: wasm, webgpu, tfjs-node and so on.' })
  backend!: string | null;

  @Field(() => String, { nullable: true, description: "Version of the agent's code." })
  codeVersion!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it (last) failed: out_of_memory, diverged and so on.',
  })
  failureClass!: string | null;

  @Field(() => String, { nullable: true, description: 'The failure in words.' })
  failureMessage!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Largest resident memory of the training process that was seen, over all attempts, in MiB.',
  })
  peakMemoryMb!: number | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Why a stopping rule ended it: rule, step, value, rank, cutoff, peers, sentence.',
  })
  stopReason!: Prisma.JsonValue | null;

  @Field(() => DateTimeScalar, { description: 'When it was queued first.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When an agent first took it.' })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended for good.' })
  finishedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When anything of it last changed.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A run in a list.' })
export class RunEdge {
  @Field(() => String, { description: "The run's place in the list." })
  cursor!: string;

  @Field(() => Run, { description: 'The run.' })
  node!: Run;
}

@ObjectType({ description: 'A page of runs.' })
export class RunConnection {
  @Field(() => [RunEdge], { description: 'The runs of this page.' })
  edges!: RunEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  /** Counted by the field's resolver, only when asked for. */
  where!: Prisma.RunWhereInput;
}

@ObjectType({ description: 'A run that was changed.' })
export class RunPayload {
  @Field(() => Run, { description: 'The run as it is now.' })
  run!: Run;
}

@ObjectType({ description: 'An attempt was ended.' })
export class SettlePayload {
  @Field(() => Run, { description: 'The run as it is now.' })
  run!: Run;
}

@ObjectType({ description: 'A run has changed.' })
export class RunChanged {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => Run, { description: 'The run as it is now.' })
  run!: Run;
}

@ObjectType({ description: 'Runs of a sweep by state.' })
export class RunCounts {
  @Field(() => Int, { description: 'Waiting for an agent; grid and random searches queue some ahead.' })
  queued!: number;

  @Field(() => Int, { description: 'Held by an agent.' })
  running!: number;

  @Field(() => Int, { description: 'Paused by a person.' })
  paused!: number;

  @Field(() => Int, { description: 'Trained to the last step.' })
  finished!: number;

  @Field(() => Int, { description: 'Ended by the stopping rule.' })
  pruned!: number;

  @Field(() => Int, { description: 'Failed for good.' })
  failed!: number;

  @Field(() => Int, { description: 'Ended by a person.' })
  cancelled!: number;

  @Field(() => Int, { description: 'All of them.' })
  total!: number;
}
