import { Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Allow } from './allow.ts';
import { requireUser } from './require-user.ts';
import { Viewer } from './viewer.type.ts';

@Resolver()
export class ViewerResolver {
  @Allow('VIEWER')
  @Query(() => Viewer, { description: 'Who is asking.' })
  viewer(@Ctx() context: RequestContext): Viewer {
    const { id, name, role } = requireUser(context.actor);
    return { id, name, role };
  }
}
