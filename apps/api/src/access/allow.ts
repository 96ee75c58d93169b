/**
 * Default deny. Every root field of the graph says who may call it with @Allow; a schema with one that does not is
 * refused at boot (schema/build-schema.ts), so a newer operation cannot be left open by forgetting a line.
 */
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import { ForbiddenError, UnauthenticatedError } from '../errors/api.error.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import type { Actor, AnonymousActor } from './actor.type.ts';
import { ROLES_BY_RANK } from './role.rule.ts';

/** VIEWER means viewers, editors and admins; EDITOR editors and admins; AGENT agent keys only; RUN a run's own token; PUBLIC anybody. */
export type Permission = 'PUBLIC' | 'VIEWER' | 'EDITOR' | 'ADMIN' | 'AGENT' | 'RUN';

/** Put on each @Query, @Mutation and @Subscription; any one of the permissions is enough. */
export function Allow(...permissions: [Permission, ...Permission[]]): MethodDecorator {
  return Extensions({ allow: permissions }) as MethodDecorator;
}

/** Whether `actor` holds one of the permissions. */
export function isAllowed(actor: Actor, permissions: readonly Permission[]): boolean {
  return permissions.some((permission) => {
    if (permission === 'PUBLIC') return true;
    if (permission === 'AGENT') return actor.kind === 'agent';
    if (permission === 'RUN') return actor.kind === 'run';
    return actor.kind === 'user' && ROLES_BY_RANK.indexOf(actor.role) >= ROLES_BY_RANK.indexOf(permission);
  });
}

/** @throws UnauthenticatedError | ForbiddenError, naming the operation and who may call it. */
export function requirePermission(actor: Actor, permissions: readonly Permission[], operation: string): void {
  if (isAllowed(actor, permissions)) return;
  if (actor.kind === 'anonymous') throw new UnauthenticatedError();
  throw new ForbiddenError(
    `${describeActor(actor)} may not use ${operation}; it needs ${permissions.join(' or ').toLowerCase()}.`,
  );
}

function describeActor(actor: Exclude<Actor, AnonymousActor>): string {
  switch (actor.kind) {
    case 'user':
      return `The role ${actor.role.toLowerCase()}`;
    case 'agent':
      return 'An agent key';
    case 'run':
      return "A run's own token";
  }
}

/** Puts the check in front of every root field, subscriptions included. @throws Error when one has no @Allow. */
export function guardSchema(schema: GraphQLSchema): void {
  for (const { name, field, permissions } of rootFields(schema)) {
    if (permissions === null) throw new Error(`${name} has no @Allow: say who may call it.`);
    const guard =
      (next: GraphQLFieldResolver<unknown, RequestContext>): GraphQLFieldResolver<unknown, RequestContext> =>
      (source, args, context, info) => {
        requirePermission(context.actor, permissions, name);
        return next(source, args, context, info);
      };
    field.resolve = guard(field.resolve ?? defaultFieldResolver);
    if (field.subscribe) field.subscribe = guard(field.subscribe);
  }
}

/** Every root field with its permissions (null when it has none): what the access table is made of. */
export function rootFields(schema: GraphQLSchema) {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      name: `${type?.name}.${field.name}`,
      field,
      permissions: (field.extensions['allow'] ?? null) as readonly Permission[] | null,
    })),
  );
}
