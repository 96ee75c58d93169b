/** POST /graphql: queries and mutations, one a request, as JSON. */
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Actor } from '../access/actor.type.ts';
import type { Env } from '../env.ts';
import { BadInputError } from '../errors/api.error.ts';
import { graphqlErrorFormatter } from '../errors/error-map.ts';
import type { Metrics } from '../health/metrics.ts';
import { MAX_TOKENS } from '../limits/operation-limits.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { graphqlPlugin } from './graphql.plugin.ts';

/** A metric batch of 100,000 points is some 3 MiB of JSON. */
const BODY_BYTES = 8 * 1024 * 1024;

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly env: Env;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly authenticate: (request: FastifyRequest) => Promise<Actor>;
  readonly contextFor: (request: FastifyRequest, reply: FastifyReply) => Promise<RequestContext>;
}

/** @returns the server, to be stopped with the process. */
export async function graphqlRoutes(
  app: FastifyInstance,
  options: GraphqlOptions,
): Promise<ApolloServer<RequestContext>> {
  const requestOf = new WeakMap<object, string>();
  const apollo = new ApolloServer<RequestContext>({
    schema: options.schema,
    introspection: true, // checkOperation decides who may.
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError: graphqlErrorFormatter(options.log, requestOf),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      graphqlPlugin({
        metrics: options.metrics,
        introspection: options.env.PLUMAGE_INTROSPECTION,
        requestOf,
      }),
    ],
  });
  await apollo.start();
  app.post(
    '/graphql',
    { bodyLimit: BODY_BYTES, onRequest: async (request) => void (await options.authenticate(request)) },
    fastifyApolloHandler(apollo, { context: options.contextFor as never }) as never,
  );
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: (request) => {
      throw new BadInputError('method', request.method, 'POST with a JSON body');
    },
  });
  return apollo;
}
