import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.ts';
import { ApiKeyKind, Role } from './access.enum.ts';

@ObjectType({ description: 'A key for scripts or agents. The key itself is shown once, when it is made.' })
export class ApiKey {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  @Field(() => ApiKeyKind, { description: 'Who uses it.' })
  kind!: ApiKeyKind;

  @Field(() => String, { description: 'What its maker called it.' })
  name!: string;

  @Field(() => String, { description: 'The first characters of the key, to recognise it by.' })
  prefix!: string;

  @Field(() => Role, {
    nullable: true,
    description: 'The role that a user key acts with; null on agent keys.',
  })
  role!: Role | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it stops working; null for never.' })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to the minute.' })
  lastUsedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt!: Date | null;
}

@ObjectType({ description: 'A key that was changed.' })
export class ApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key as it is now.' })
  key!: ApiKey;
}

@ObjectType({ description: 'A new key and, this once, its secret.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The new key.' })
  key!: ApiKey;

  @Field(() => String, {
    description: 'The key to hand to the script or agent. It is not kept: note it down now.',
  })
  secret!: string;
}
