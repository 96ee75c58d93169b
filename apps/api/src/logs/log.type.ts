import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { LogFilter } from './log.sql.ts';

@ObjectType({ description: 'A line that a run has written.' })
export class LogLine {
  @Field(() => Int, { description: 'The attempt that wrote it.' })
  epoch!: number;

  @Field(() => Int, { description: 'Its number in the attempt.' })
  sequence!: number;

  @Field(() => DateTimeScalar, { description: "When, by the agent's clock." })
  at!: Date;

  @Field(() => String, { description: 'Where it was written: stdout, stderr or agent.' })
  stream!: string;

  @Field(() => String, { description: 'The line.' })
  text!: string;
}

@ObjectType({ description: 'A page of log lines.' })
export class LogConnection {
  @Field(() => [LogLine], { description: 'The lines, oldest first.' })
  lines!: LogLine[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  @Field(() => String, {
    nullable: true,
    description: 'Give it back as `before` for the lines before this page; null when there is none.',
  })
  olderCursor!: string | null;

  /** Counted by the field's resolver, only when asked for. */
  runId!: string;
  filter!: LogFilter;
}

@ObjectType({ description: 'Lines were added to the log of a run: ask for what stands after your last one.' })
export class LogsAppended {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => Int, { description: 'The attempt that wrote them.' })
  epoch!: number;

  @Field(() => Int, { description: 'Number of the first line.' })
  fromSequence!: number;

  @Field(() => Int, { description: 'Number of the last line.' })
  toSequence!: number;
}
