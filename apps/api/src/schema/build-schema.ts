/**
 * The graph, from resolvers listed by hand. No decorator metadata is emitted: each decorator names its type. The
 * result is guarded (access/allow.ts): an operation that nobody was allowed stops the server from starting.
 */
import { GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { ApiKeyResolver } from '../access/api-key.resolver.ts';
import { guardSchema } from '../access/allow.ts';
import { ViewerResolver } from '../access/viewer.resolver.ts';
import { ServerResolver } from '../health/server.resolver.ts';
import { ProjectResolver } from '../projects/project.resolver.ts';

const resolvers = [
  ApiKeyResolver,
  ProjectResolver,
  ServerResolver,
  ViewerResolver,
] as unknown as NonEmptyArray<new () => object>;

/** Resolver classes have no state and no constructor arguments; what they need is in the request's context. */
export function buildGraph(): GraphQLSchema {
  const schema = buildSchemaSync({ resolvers, validate: false });
  guardSchema(schema);
  return schema;
}

/** The graph sorted by name, as it is printed into schema.graphql. */
export function buildSortedGraph(): GraphQLSchema {
  return lexicographicSortSchema(buildSchemaSync({ resolvers, validate: false }));
}
