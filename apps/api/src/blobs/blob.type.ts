import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A file in the store, addressed by its content.' })
export class Blob {
  @Field(() => String, { description: 'sha256 of the content, lower-case hex.' })
  sha256!: string;

  @Field(() => Float, { description: 'In bytes.' })
  size!: number;

  @Field(() => String, { description: 'Its real type, from its first bytes.' })
  contentType!: string;

  @Field(() => String, { description: 'Where it is read, from the root of this server.' })
  url!: string;
}
