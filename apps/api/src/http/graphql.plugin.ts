/**
 * Apollo's part: limits before execution, and what is measured. Limits are thrown in didResolveOperation; thrown
 * anywhere else Apollo makes a 500 of them.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { errorCodePolicies } from '@plumage/contract';
import { GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { Env } from '../env.ts';
import { ApiError } from '../errors/api.error.ts';
import type { Metrics } from '../health/metrics.ts';
import { checkOperation } from '../limits/operation-limits.ts';
import type { RequestContext } from '../schema/request-context.type.ts';

export function graphqlPlugin(options: {
  metrics: Metrics;
  introspection: Env['PLUMAGE_INTROSPECTION'];
  /** Which request an error belongs to, for the error map. */
  requestOf: WeakMap<object, string>;
}): ApolloServerPlugin<RequestContext> {
  const { metrics } = options;
  return {
    async requestDidStart() {
      const startedMs = performance.now();
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          const variables = request.variables ?? {};
          if (!operation) return; // Apollo answers this by itself: which operation was meant is not clear.
          try {
            checkOperation(
              { schema, document, operation, variables },
              contextValue.actor,
              options.introspection,
            );
          } catch (error) {
            throw asGraphQLError(error);
          }
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) options.requestOf.set(error, contextValue.requestId);
        },
        async willSendResponse({ operation, response }) {
          if (operation) {
            const labels = { type: operation.operation, field: firstField(operation) };
            metrics.graphqlSeconds.observe(labels, (performance.now() - startedMs) / 1000);
          }
          if (response.body.kind !== 'single') return;
          for (const { extensions } of response.body.singleResult.errors ?? []) {
            metrics.graphqlErrors.inc({ code: String(extensions?.['code'] ?? 'INTERNAL') });
          }
        },
      };
    },
  };
}

function asGraphQLError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const http = { status: errorCodePolicies[error.code].httpStatus };
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http } });
}

/** A validated document names fields of the schema only, so this label has a bounded set of values. */
function firstField(operation: OperationDefinitionNode): string {
  const first = operation.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
  return first?.kind === Kind.FIELD ? first.name.value : 'fragment';
}
