import { createUnionType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Prisma } from '../generated/prisma/client.ts';
import { RenderGranted } from '../renders/render.type.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { RunCommand } from './run.enum.ts';

@ObjectType({
  description: 'A run was given to the slot. What it needs to train; relations stand in lease.fields.ts.',
})
export class LeaseGranted {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => ID, { description: 'Its sweep.' })
  sweepId!: string;

  @Field(() => String, { description: 'Short name for people.' })
  runName!: string;

  @Field(() => Int, { description: 'Its number in the sweep.' })
  runNumber!: number;

  @Field(() => Int, { description: 'The fence: every report names it.' })
  epoch!: number;

  @Field(() => String, {
    description: 'The secret of this lease: every report shows it. It is not given out again.',
  })
  token!: string;

  @Field(() => DateTimeScalar, { description: 'Until when the lease holds without a heartbeat.' })
  expiresAt!: Date;

  @Field(() => JsonScalar, { description: 'Every hyperparameter, defaults included.' })
  config!: Prisma.JsonValue;

  @Field(() => String, { description: 'What trains it: gan-cls, text-encoder, style-encoder or command.' })
  trainer!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      "With trainer command: the program and its arguments, W&B's macros not filled in; never for a shell.",
  })
  command!: readonly string[] | null;

  @Field(() => Boolean, {
    description:
      'Whether resumeFrom is the checkpoint of another run, from which this one starts with a configuration of its own.',
  })
  inherits!: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'In a population: the step at which this run writes its last checkpoint and ends. Null: what its configuration says.',
  })
  untilStep!: number | null;

  @Field(() => String, { nullable: true, description: 'The metric by which the sweep ranks its runs.' })
  objectiveName!: string | null;

  @Field(() => String, { nullable: true, description: 'minimize or maximize.' })
  objectiveGoal!: string | null;

  attemptId!: string;
  checkpointId!: string | null;
}

@ObjectType({ description: 'There is no run for this slot now.' })
export class NoWork {
  @Field(() => RunCommand, {
    description:
      'CONTINUE: ask again; PAUSE: ask again, a person has paused the slot; DRAIN: no more runs will come for now; STOP: end.',
  })
  command!: RunCommand;

  @Field(() => String, { nullable: true, description: 'Why.' })
  reason!: string | null;

  @Field(() => Int, { description: 'Ask again after so many milliseconds; it differs from agent to agent.' })
  retryAfterMs!: number;
}

@ObjectType({
  description:
    'The slot gets no runs until a person sets it to RUN: several different runs failed on it in a row.',
})
export class AgentQuarantined {
  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  since!: Date;
}

@ObjectType({ description: 'Another process has registered under the name: this one should end.' })
export class AgentSuperseded {
  @Field(() => String, { description: 'Why.' })
  reason!: string;
}

export const LeaseResult = createUnionType({
  name: 'LeaseResult',
  description: 'What an agent that asks for work may be told.',
  types: () => [LeaseGranted, RenderGranted, NoWork, AgentQuarantined, AgentSuperseded] as const,
});

@ObjectType({ description: 'The answer to a sign of life.' })
export class HeartbeatPayload {
  @Field(() => RunCommand, { description: 'What the agent must do now; repeated until it is done.' })
  command!: RunCommand;

  @Field(() => String, { nullable: true, description: 'Why.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when the lease holds; null when it is lost.',
  })
  expiresAt!: Date | null;
}
