import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

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
}
