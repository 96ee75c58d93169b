import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page of a list stands.' })
export class PageInfo {
  @Field(() => String, { nullable: true, description: 'Give it back as `after` for the next page.' })
  endCursor!: string | null;

  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;
}
