/**
 * /health: this process answers. /ready: it can do its work, so a load balancer may send it requests; no longer from
 * the moment that it was told to stop. /metrics: for Prometheus on the same machine, or with an admin's key.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Actor } from '../access/actor.type.ts';
import { requirePermission } from '../access/allow.ts';
import { UnavailableError } from '../errors/api.error.ts';
import type { Metrics } from './metrics.ts';
import { unappliedMigrations } from './migrations.sql.ts';
import { VERSION } from './version.ts';

export interface HealthOptions {
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
  /** Whether the process was told to stop. */
  readonly isStopping: () => boolean;
  readonly authenticate: (request: FastifyRequest) => Promise<Actor>;
}

export async function healthRoutes(app: FastifyInstance, options: HealthOptions): Promise<void> {
  app.get('/health', () => ({ status: 'ok', version: VERSION }));

  app.get('/ready', async () => {
    if (options.isStopping()) throw new UnavailableError('This server is stopping.');
    const missing = await unappliedMigrations(options.pool).catch((cause: unknown) => {
      app.log.warn({ err: cause }, 'not ready');
      throw new UnavailableError('The database cannot be reached.');
    });
    if (missing.length > 0)
      throw new UnavailableError(`The database lacks the migrations ${missing.join(', ')}.`);
    return { status: 'ready' };
  });

  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) requirePermission(await options.authenticate(request), ['ADMIN'], '/metrics');
    return await reply
      .type(options.metrics.registry.contentType)
      .send(await options.metrics.registry.metrics());
  });
}

/** From this machine itself; behind a reverse proxy every request seems to be, so a forwarded one is not. */
function isLocal(request: FastifyRequest): boolean {
  if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined)
    return false;
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
}
