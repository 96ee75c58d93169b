import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AgentIntent } from '../generated/prisma/enums.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

registerEnumType(AgentIntent, {
  name: 'AgentIntent',
  description:
    'What a person wants of an agent or slot. RUN: take runs. DRAIN: let the run at hand end, take no more. PAUSE: write a checkpoint, give the run back, wait. STOP: the same, and end; an agent that is started again runs.',
});

@ObjectType({ description: 'A process that trains on one machine.' })
export class Agent {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  @Field(() => String, { description: 'Its name; one process has it at a time.' })
  name!: string;

  @Field(() => String, { description: 'The machine.' })
  hostname!: string;

  @Field(() => String, { description: 'Operating system and processor.' })
  platform!: string;

  @Field(() => String, { description: "Version of the agent's code." })
  version!: string;

  @Field(() => Boolean, {
    description: 'Whether it runs programs that a sweep names (started with --allow-command).',
  })
  allowsCommand!: boolean;

  @Field(() => AgentIntent, { description: 'What a person wants of it.' })
  intent!: AgentIntent;

  @Field(() => DateTimeScalar, { description: 'When the process registered.' })
  startedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last heard of.' })
  lastSeenAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it said goodbye; null while it runs.' })
  stoppedAt!: Date | null;
}

@ObjectType({ description: 'One accelerator, or one worker on a CPU; trains one run at a time.' })
export class Slot {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  agentId!: string;

  @Field(() => Int, { description: 'Its number on the agent.' })
  index!: number;

  @Field(() => String, { description: 'What computes.' })
  backend!: string;

  @Field(() => String, { description: 'Name of the device.' })
  device!: string;

  @Field(() => Int, { nullable: true, description: 'Memory of the device, in MiB.' })
  memoryMb!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'A training process here is ended when it takes more, in MiB; null: no limit.',
  })
  memoryLimitMb!: number | null;

  @Field(() => [String], { description: 'Data sets that are prepared on the box.' })
  datasets!: string[];

  @Field(() => AgentIntent, { description: 'What a person wants of it; the agent says more.' })
  intent!: AgentIntent;

  @Field(() => Float, { nullable: true, description: 'Training speed at the last heartbeat.' })
  imagesPerSecond!: number | null;

  @Field(() => Float, { nullable: true, description: 'Load of the device, 0 to 1.' })
  utilisation!: number | null;

  @Field(() => Float, { nullable: true, description: 'Memory in use, in MiB.' })
  memoryUsedMb!: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees Celsius.' })
  temperature!: number | null;

  @Field(() => Float, { nullable: true, description: 'Watts.' })
  powerWatts!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The last failure here; null after a run that ended well.',
  })
  lastError!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it gets no runs.' })
  quarantinedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it gets no runs.' })
  quarantineReason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When anything of it last changed.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'An agent that was changed.' })
export class AgentPayload {
  @Field(() => Agent, { description: 'The agent as it is now.' })
  agent!: Agent;
}

@ObjectType({ description: 'An agent has changed, or one of its slots.' })
export class AgentChanged {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => Agent, { description: 'The agent as it is now.' })
  agent!: Agent;
}

@ObjectType({ description: 'The agent is registered.' })
export class RegisterAgentPayload {
  @Field(() => Agent, { description: 'The agent as it is now.' })
  agent!: Agent;

  @Field(() => Int, { description: 'Send a heartbeat for each run this often, in milliseconds.' })
  heartbeatIntervalMs!: number;

  @Field(() => Int, { description: 'A lease without a heartbeat ends after this time, in milliseconds.' })
  leaseDurationMs!: number;

  @Field(() => Int, { description: 'Runs that were taken from the process which had the name before.' })
  releasedRuns!: number;
}

export { AgentIntent };
