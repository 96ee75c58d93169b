import { Field, ID, InputType, Int } from 'type-graphql';
import { ApiKeyKind, Role } from './access.enum.ts';

@InputType({ description: 'A key to make.' })
export class CreateApiKeyInput {
  @Field(() => ApiKeyKind, { description: 'Who will use it.' })
  kind!: ApiKeyKind;

  @Field(() => String, { description: 'What it is for, 1 to 100 characters.' })
  name!: string;

  @Field(() => Role, {
    nullable: true,
    description: 'For user keys: viewer when left out. Agent keys have none.',
  })
  role?: Role | null;

  @Field(() => Int, { nullable: true, description: '1 to 3650; never expires when left out.' })
  expiresInDays?: number | null;
}

@InputType({ description: 'A key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The key.' })
  id!: string;
}
