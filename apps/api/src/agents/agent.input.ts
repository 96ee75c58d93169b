import { Field, ID, InputType, Int } from 'type-graphql';
import { AgentIntent } from './agent.type.ts';

@InputType({ description: 'A slot of an agent.' })
export class SlotInput {
  @Field(() => Int, { description: 'Its number on the agent, 0 to 1023.' })
  index!: number;

  @Field(() => String, { description: 'What computes.' })
  backend!: string;

  @Field(() => String, { description: 'Name of the device.' })
  device!: string;

  @Field(() => Int, { nullable: true, description: 'Memory of the device, in MiB.' })
  memoryMb?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'A training process here is ended when it takes more, in MiB; null: no limit.',
  })
  memoryLimitMb?: number | null;

  @Field(() => [String], {
    defaultValue: [],
    description: 'Data sets that are prepared on the box: at most 100 names of at most 100 characters.',
  })
  datasets!: string[];
}

@InputType({ description: 'A process that wants to train.' })
export class RegisterAgentInput {
  @Field(() => String, {
    description: 'Its name, 1 to 100 characters. A process that has it already is replaced.',
  })
  name!: string;

  @Field(() => String, { description: 'The machine.' })
  hostname!: string;

  @Field(() => String, { description: 'Operating system and processor.' })
  platform!: string;

  @Field(() => String, { description: "Version of the agent's code." })
  version!: string;

  @Field(() => String, { description: 'A new value each time that the process starts.' })
  instanceId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it runs programs that a sweep names (started with --allow-command).',
  })
  allowsCommand!: boolean;

  @Field(() => [SlotInput], { description: 'Its slots, 1 to 64.' })
  slots!: SlotInput[];
}

@InputType({ description: 'A process that ends.' })
export class StopAgentInput {
  @Field(() => ID, { description: 'The agent.' })
  agentId!: string;

  @Field(() => String, { description: 'The process: what it registered with.' })
  instanceId!: string;
}

@InputType({ description: 'What a person wants of an agent or of one of its slots.' })
export class AgentIntentInput {
  @Field(() => ID, { description: 'The agent.' })
  agentId!: string;

  @Field(() => Int, { nullable: true, description: 'Only this slot; the whole agent when left out.' })
  slotIndex?: number | null;

  @Field(() => AgentIntent, { description: 'RUN also ends a quarantine.' })
  intent!: AgentIntent;
}
