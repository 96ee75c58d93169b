import { Field, InputType, Int } from 'type-graphql';
import { LeaseRef } from '../runs/lease.input.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

@InputType({ description: 'A line that a run has written.' })
export class LogLineInput {
  @Field(() => Int, {
    description: 'Its number in this epoch: one that was taken before is not taken again.',
  })
  sequence!: number;

  @Field(() => DateTimeScalar, { description: "When, by the agent's clock." })
  at!: Date;

  @Field(() => String, { description: 'Where it was written: stdout, stderr or agent.' })
  stream!: string;

  @Field(() => String, { description: 'The line, at most 16,384 characters.' })
  text!: string;
}

@InputType({ description: 'A batch of log lines.' })
export class ReportLogsInput {
  @Field(() => LeaseRef, { description: 'The lease.' })
  lease!: LeaseRef;

  @Field(() => [LogLineInput], { description: 'At most 5,000.' })
  lines!: LogLineInput[];
}
