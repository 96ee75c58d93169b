import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.ts';

@ObjectType({ description: 'This server: its version, and what a sweep may name.' })
export class ServerInfo {
  @Field(() => String, { description: 'Version of Plumage.' })
  version!: string;

  @Field(() => DateTimeScalar, { description: 'When this process started.' })
  startedAt!: Date;

  @Field(() => [String], { description: 'Search methods that a sweep may name.' })
  methods!: string[];

  @Field(() => [String], { description: 'Stopping rules that a sweep may name.' })
  stoppingRules!: string[];
}
