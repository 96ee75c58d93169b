import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A project to make.' })
export class CreateProjectInput {
  @Field(() => String, {
    description: '1 to 60 lower-case letters, digits and dashes; starts with a letter or digit.',
  })
  slug!: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'At most 2,000 characters.' })
  description?: string | null;
}
