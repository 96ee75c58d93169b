/**
 * One API server: everything that it holds is made here, handed down, and closed here in the opposite order.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApolloServer } from '@apollo/server';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Actor } from './access/actor.type.ts';
import { authRoutes } from './access/auth.routes.ts';
import { authenticate } from './access/authenticate.ts';
import { startBackground } from './background.ts';
import { blobRoutes } from './blobs/blob.routes.ts';
import { FolderStore } from './blobs/folder.store.ts';
import { Thumbnails } from './blobs/thumbnails.ts';
import { createDatabase, type Database } from './database.ts';
import type { Env } from './env.ts';
import { explorerRoutes } from './explorer/explorer.routes.ts';
import { healthRoutes } from './health/health.routes.ts';
import { createMetrics, type Metrics } from './health/metrics.ts';
import { dashboardProxy } from './http/dashboard.proxy.ts';
import { installErrorHandler, pathOf } from './http/error-handler.ts';
import { graphqlRoutes } from './http/graphql.routes.ts';
import { guardHost, guardOrigin } from './http/host-guard.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { readSessionCookie } from './http/session.cookie.ts';
import { newId } from './id.ts';
import { FailureLimit } from './limits/failure-limit.ts';
import { LiveFeed } from './live/live-feed.ts';
import { streamRoutes } from './live/stream.routes.ts';
import { buildGraph } from './schema/build-schema.ts';
import { Loaders } from './schema/loaders.ts';
import type { RequestContext } from './schema/request-context.type.ts';

/** Long enough for a report that is being written; what is not done by then is cut off. */
const STOP_GRACE_MS = 10_000;

export interface Server {
  /** Where it listens, for example http://127.0.0.1:4600. */
  readonly url: string;
  readonly port: number;
  /**
   * Says at once on /ready that it is stopping and goes on serving for PLUMAGE_DRAIN_MS, so that a load balancer sees
   * it; then stops taking requests, ends streams and long polls, lets the rest finish, closes the database.
   */
  stop(): Promise<void>;
}

/** Listens on env.PLUMAGE_HOST and PLUMAGE_PORT (0 for a free one). @throws when the port is taken. */
export async function startServer(env: Env, log: Logger): Promise<Server> {
  const database = createDatabase(env.DATABASE_URL, {
    onIdleError: (err) => log.warn({ err }, 'connection lost'),
  });
  const live = new LiveFeed(database.pool, env.DATABASE_URL, log);
  const metrics = createMetrics({ pool: database.pool, subscriptions: () => live.size });
  const folder = join(env.PLUMAGE_DATA_DIR, 'blobs');
  const store = new FolderStore({ folder, maxBytes: env.PLUMAGE_MAX_BLOB_BYTES });
  const thumbnails = new Thumbnails(join(env.PLUMAGE_DATA_DIR, 'thumbnails'), store);
  const parts: Parts = {
    ...{ env, log, database, live, metrics, store, thumbnails },
    quiet: new WeakSet(),
    draining: new AbortController(),
    stopping: new AbortController(),
  };
  const app = createApp(parts);
  let apollo: ApolloServer<RequestContext> | null = null;
  try {
    await live.start();
    await store.prepare();
    apollo = await addRoutes(app, parts);
    await app.listen({ host: env.PLUMAGE_HOST, port: env.PLUMAGE_PORT });
  } catch (error) {
    await live.close();
    await app.close();
    await database.close();
    throw error;
  }
  const background = startBackground(parts);
  const port = (app.server.address() as { port: number }).port;
  const host = env.PLUMAGE_HOST.includes(':') ? `[${env.PLUMAGE_HOST}]` : env.PLUMAGE_HOST;
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    parts.draining.abort();
    if (env.PLUMAGE_DRAIN_MS > 0) await sleep(env.PLUMAGE_DRAIN_MS);
    parts.stopping.abort();
    await background.stop();
    await live.close();
    const cut = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS);
    await app.close();
    clearTimeout(cut);
    await apollo?.stop();
    await database.close();
  };
  return { url: `http://${host}:${port}`, port, stop: () => (stopped ??= stop()) };
}

interface Parts {
  readonly env: Env;
  readonly log: Logger;
  readonly database: Database;
  readonly live: LiveFeed;
  readonly metrics: Metrics;
  readonly store: FolderStore;
  readonly thumbnails: Thumbnails;
  /** Requests whose answer is no news: they are logged at debug. */
  readonly quiet: WeakSet<FastifyRequest>;
  /** Aborts when the process was told to stop, */
  readonly draining: AbortController;
  /** and when it no longer takes requests. */
  readonly stopping: AbortController;
}

function createApp({ env, log, metrics, stopping, quiet }: Parts): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newId,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    guardHost(request, env);
    guardOrigin(request, pathOf(request).startsWith('/graphql'));
  });
  app.addHook('onSend', async (_request, reply) => {
    addSecurityHeaders(reply);
    // A connection that is kept alive would be kept to a server that is no longer there.
    if (stopping.signal.aborted) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const { statusCode } = reply;
    metrics.httpRequests.inc({ method: request.method, route, status: statusCode });
    const { method } = request;
    request.log[quiet.has(request) ? 'debug' : 'info'](
      { method, path: pathOf(request), status: statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
  });
  installErrorHandler(app as unknown as FastifyInstance);
  return app as unknown as FastifyInstance;
}

async function addRoutes(app: FastifyInstance, parts: Parts): Promise<ApolloServer<RequestContext>> {
  const { env, log, database, metrics, store, thumbnails } = parts;
  const failures = new FailureLimit({ database: database.prisma, most: 10, windowMs: 60_000 });
  const sessions = { database: database.prisma, serverSecret: env.PLUMAGE_SECRET, now: () => new Date() };
  const identifyAfresh = (request: FastifyRequest) =>
    authenticate(
      {
        authorization: request.headers.authorization,
        cookie: readSessionCookie(request.headers.cookie),
        ip: request.ip,
      },
      { ...sessions, failures },
    );
  const actors = new WeakMap<FastifyRequest, Promise<Actor>>();
  const identify = (request: FastifyRequest) => {
    const actor = actors.get(request) ?? identifyAfresh(request);
    actors.set(request, actor);
    return actor;
  };
  const contextFor = async (request: FastifyRequest, reply: FastifyReply) =>
    createContext(parts, await identify(request), request, reply);
  const schema = buildGraph();
  const apollo = await graphqlRoutes(app, { schema, env, log, metrics, contextFor, authenticate: identify });
  await app.register(streamRoutes, {
    ...{ schema, env, contextFor, authenticate: identify, authenticateAfresh: identifyAfresh },
  });
  await app.register(authRoutes, { sessions, failures });
  await app.register(healthRoutes, {
    ...{ pool: database.pool, metrics, authenticate: identify },
    isStopping: () => parts.draining.signal.aborted,
  });
  await app.register(explorerRoutes, { authenticate: identify });
  await app.register(blobRoutes, {
    ...{ database: database.prisma, store, thumbnails, metrics, authenticate: identify },
    maxBytes: env.PLUMAGE_MAX_BLOB_BYTES,
  });
  if (env.PLUMAGE_DASHBOARD_URL) await app.register(dashboardProxy, { upstream: env.PLUMAGE_DASHBOARD_URL });
  return apollo;
}

function createContext(
  { env, database, live, metrics, stopping, quiet }: Parts,
  actor: RequestContext['actor'],
  request: FastifyRequest,
  reply: FastifyReply,
): RequestContext {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const isStream = pathOf(request) === '/graphql/stream';
  return {
    database: database.prisma,
    pool: database.pool,
    actor,
    loaders: new Loaders(database.prisma, !isStream),
    requestId: request.id,
    log: request.log as Logger,
    live,
    metrics,
    env,
    signal: AbortSignal.any([gone.signal, stopping.signal]),
    isNoNews: () => void quiet.add(request),
  };
}
