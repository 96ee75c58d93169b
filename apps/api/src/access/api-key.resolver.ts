import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Allow } from './allow.ts';
import { CreateApiKeyInput, RevokeApiKeyInput } from './api-key.input.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './api-key.service.ts';
import { ApiKey, ApiKeyPayload, CreateApiKeyPayload } from './api-key.type.ts';
import { requireUser } from './require-user.ts';

@Resolver()
export class ApiKeyResolver {
  @Allow('EDITOR')
  @Query(() => [ApiKey], {
    description: 'Keys, newest first: all of them for admins, their own for editors.',
  })
  apiKeys(@Ctx() context: RequestContext): Promise<ApiKey[]> {
    return listApiKeys(context.database, requireUser(context.actor));
  }

  @Allow('EDITOR')
  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes a key. Its secret is in the answer and nowhere else.',
  })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateApiKeyPayload> {
    return createApiKey(context.database, requireUser(context.actor), input);
  }

  @Allow('EDITOR')
  @Mutation(() => ApiKeyPayload, { description: 'Ends a key, at once and for good.' })
  async revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<ApiKeyPayload> {
    return { key: await revokeApiKey(context.database, requireUser(context.actor), input.id) };
  }
}
