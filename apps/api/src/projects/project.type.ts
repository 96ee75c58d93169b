import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.ts';

@ObjectType({ description: 'A drawer for sweeps.' })
export class Project {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  @Field(() => String, {
    description: 'Short name used in addresses: lower-case letters, digits and dashes.',
  })
  slug!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is about.' })
  description!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A project that was made or changed.' })
export class ProjectPayload {
  @Field(() => Project, { description: 'The project as it is now.' })
  project!: Project;
}
