import { Field, ID, ObjectType } from 'type-graphql';
import { Role } from './access.enum.ts';

@ObjectType({ description: 'The user behind this request.' })
export class Viewer {
  @Field(() => ID, { description: "The user's id." })
  id!: string;

  @Field(() => String, { description: "The user's name." })
  name!: string;

  @Field(() => Role, { description: 'What this request may do: the lower of the role of user and key.' })
  role!: Role;
}
