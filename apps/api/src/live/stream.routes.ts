/**
 * /graphql/stream: subscriptions over server-sent events (graphql-sse, distinct connections). The same key or
 * cookie, the same Origin rule, the same limits as /graphql; nothing but subscriptions. A stream outlives a request,
 * so whoever holds it is asked for again each minute: a revoked key or an ended session ends its streams.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { OperationArgs } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { Actor } from '../access/actor.type.ts';
import type { Env } from '../env.ts';
import { BadInputError, RateLimitedError } from '../errors/api.error.ts';
import { mapError } from '../errors/error-map.ts';
import { checkOperation, MAX_TOKENS } from '../limits/operation-limits.ts';
import type { RequestContext } from '../schema/request-context.type.ts';

const RECHECK_MS = 60_000;
/** Streams of one key or user: a page has a handful, a user some pages. */
const MOST_STREAMS = 100;

export interface StreamOptions {
  readonly schema: GraphQLSchema;
  readonly env: Env;
  readonly contextFor: (request: FastifyRequest, reply: FastifyReply) => Promise<RequestContext>;
  readonly authenticate: (request: FastifyRequest) => Promise<Actor>;
  /** The same, asking the database again. */
  readonly authenticateAfresh: (request: FastifyRequest) => Promise<Actor>;
  readonly recheckMs?: number;
}

export async function streamRoutes(app: FastifyInstance, options: StreamOptions): Promise<void> {
  const open = new Map<string, number>();
  const handler = createHandler({
    schema: options.schema,
    authenticate: () => undefined,
    onSubscribe: async (request, params) => {
      const reply = request.context.reply as unknown as FastifyReply;
      const context = await options.contextFor(request.raw as unknown as FastifyRequest, reply);
      try {
        return prepare(options, params, context) as OperationArgs<undefined>;
      } catch (error) {
        return once({
          errors: error instanceof ValidationError ? error.problems : [formatted(error, context)],
        });
      }
    },
    subscribe: async (args) => {
      const context = (args as unknown as ExecutionArgs).contextValue as RequestContext;
      const result = await subscribe(args as unknown as ExecutionArgs);
      if (!(Symbol.asyncIterator in result)) return formatResult(result, context);
      return guarded(result, context);
    },
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    bodyLimit: 65_536,
    handler: async (request, reply) => {
      const actor = await options.authenticate(request);
      const name = actor.kind === 'user' ? actor.id : actor.kind === 'agent' ? actor.keyId : request.ip;
      const count = open.get(name) ?? 0;
      if (count >= MOST_STREAMS) throw new RateLimitedError(10_000);
      open.set(name, count + 1);
      const recheck = setInterval(
        () => void endIfRefused(options, request, reply, actor),
        options.recheckMs ?? RECHECK_MS,
      );
      try {
        reply.hijack();
        // Once the reader has gone, graphql-sse's handler waits for an end that never comes: then the close counts.
        const closed = new Promise<void>((resolve) => reply.raw.once('close', () => resolve()));
        await Promise.race([handler(request as never, reply as never), closed]);
      } catch (error) {
        request.log.warn({ err: error }, 'stream failed');
        reply.raw.destroy();
      } finally {
        clearInterval(recheck);
        const left = (open.get(name) ?? 1) - 1;
        if (left > 0) open.set(name, left);
        else open.delete(name);
      }
    },
  });
}

/** The document does not fit the schema: as many errors as validation found. */
class ValidationError extends Error {
  override readonly name = 'ValidationError';
  constructor(readonly problems: readonly GraphQLError[]) {
    super('The document does not fit the schema.');
  }
}

interface StreamParams {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

function prepare(options: StreamOptions, params: StreamParams, context: RequestContext): ExecutionArgs {
  const { schema } = options;
  const document: DocumentNode = parse(params.query, { maxTokens: MAX_TOKENS });
  const problems = validate(schema, document);
  if (problems.length > 0)
    throw new ValidationError(problems.map((problem) => withCode(problem, 'BAD_INPUT')));
  const operation = getOperationAST(document, params.operationName);
  if (operation?.operation !== 'subscription') {
    throw new BadInputError(
      'query',
      operation?.operation ?? 'nothing',
      'a subscription; the rest goes to /graphql',
    );
  }
  const variables = params.variables ?? {};
  checkOperation(
    { schema, document, operation, variables },
    context.actor,
    options.env.PLUMAGE_INTROSPECTION,
  );
  return {
    schema,
    document,
    operationName: params.operationName,
    variableValues: variables,
    contextValue: context,
  };
}

/** A stream of one result: graphql-sse takes a bare result without data for arguments. */
async function* once(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  yield result;
}

/**
 * Errors of the source end the stream with one last result that says why, instead of a broken connection. Not a
 * generator: its return() would wait for the next event, and a page that leaves would stay subscribed until then.
 */
function guarded(
  source: AsyncGenerator<ExecutionResult>,
  context: RequestContext,
): AsyncIterableIterator<ExecutionResult> {
  let failed = false;
  context.signal.addEventListener('abort', () => void source.return(undefined), { once: true });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      if (failed) return { done: true, value: undefined };
      try {
        const { done, value } = await source.next();
        return done ? { done, value: undefined } : { done: false, value: formatResult(value, context) };
      } catch (error) {
        failed = true;
        return { done: false, value: { errors: [formatted(error, context)] } };
      }
    },
    return: () => source.return(undefined) as Promise<IteratorResult<ExecutionResult>>,
  };
}

function formatResult(result: ExecutionResult, context: RequestContext): ExecutionResult {
  return result.errors
    ? { ...result, errors: result.errors.map((error) => formatted(error, context)) }
    : result;
}

function formatted(error: unknown, context: RequestContext): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (!original && error instanceof GraphQLError) return withCode(error, 'BAD_INPUT');
  const { code, message, details } = mapError(original, context.requestId, context.log);
  return new GraphQLError(message, { extensions: { code, ...details } });
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code } });
}

async function endIfRefused(
  options: StreamOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  before: Actor,
): Promise<void> {
  const now = await options.authenticateAfresh(request).catch(() => null);
  const same =
    now?.kind === before.kind && (now.kind !== 'user' || before.kind !== 'user' || now.role === before.role);
  if (!same) reply.raw.destroy();
}
