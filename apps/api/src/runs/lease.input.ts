import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { LeaseKind } from '../renders/render.enum.ts';
import { SettleOutcome } from './run.enum.ts';

@InputType({ description: 'The lease under which an agent writes.' })
export class LeaseRef {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => Int, { description: 'The epoch that the lease was granted with.' })
  epoch!: number;

  @Field(() => String, { description: 'The token that the lease was granted with.' })
  token!: string;
}

@InputType({ description: 'A slot that asks for a run.' })
export class LeaseInput {
  @Field(() => ID, { description: 'The agent.' })
  agentId!: string;

  @Field(() => String, { description: 'The process: what it registered with.' })
  instanceId!: string;

  @Field(() => Int, { description: 'Index of the free slot.' })
  slotIndex!: number;

  @Field(() => ID, { nullable: true, description: 'Only runs of this sweep.' })
  sweepId?: string | null;

  @Field(() => String, { nullable: true, description: "Version of the agent's code." })
  codeVersion?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: 'How long to wait for a run, in milliseconds: 0 to 55,000.',
  })
  waitMs?: number | null;

  @Field(() => [LeaseKind], {
    nullable: true,
    defaultValue: ['TRAINING'],
    description: 'What the slot can be given. An agent whose slots all train may still ask for a RENDER.',
  })
  accepts?: LeaseKind[] | null;
}

@InputType({ description: 'A sign of life from a slot that trains.' })
export class HeartbeatInput {
  @Field(() => LeaseRef, { description: 'The lease to renew.' })
  lease!: LeaseRef;

  @Field(() => Int, { nullable: true, description: 'The step that was last taken.' })
  step?: number | null;

  @Field(() => Int, { nullable: true, description: 'Steps that the run will take.' })
  totalSteps?: number | null;

  @Field(() => String, { nullable: true, description: 'What computes.' })
  backend?: string | null;

  @Field(() => String, { nullable: true, description: 'Digest of the data set.' })
  datasetDigest?: string | null;

  @Field(() => String, { nullable: true, description: 'Hash of the text encoder.' })
  encoderHash?: string | null;

  @Field(() => Float, { nullable: true, description: 'Training speed.' })
  imagesPerSecond?: number | null;

  @Field(() => Float, { nullable: true, description: 'Load of the device, 0 to 1.' })
  utilisation?: number | null;

  @Field(() => Float, { nullable: true, description: 'Memory in use, in MiB.' })
  memoryUsedMb?: number | null;

  @Field(() => Float, { nullable: true, description: 'Temperature of the device, in degrees Celsius.' })
  temperature?: number | null;

  @Field(() => Float, { nullable: true, description: 'Power that the device draws, in watts.' })
  powerWatts?: number | null;
}

@InputType({ description: 'The end of an attempt.' })
export class SettleInput {
  @Field(() => LeaseRef, { description: 'The lease to give back.' })
  lease!: LeaseRef;

  @Field(() => SettleOutcome, { description: 'How it ended.' })
  outcome!: SettleOutcome;

  @Field(() => Int, { description: 'The last step that was taken.' })
  step!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'With FAILED: out_of_memory, diverged, user_error, lost_agent, crashed, storage_full or checkpoint_corrupt. It decides whether the run is tried again.',
  })
  failureClass?: string | null;

  @Field(() => String, { nullable: true, description: 'The failure in words; cut at 10,000 characters.' })
  failureMessage?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Largest resident memory of the training process that was seen, in MiB.',
  })
  peakMemoryMb?: number | null;
}
