/** Errors outside of GraphQL, in GraphQL's form, so that a client has one reader: { errors: [{ message, extensions }] }. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  ApiError,
  BadInputError,
  NotFoundError,
  RateLimitedError,
  TooLargeError,
} from '../errors/api.error.ts';
import { mapError } from '../errors/error-map.ts';

export function installErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = ofFastify(thrown, request);
    const { code, httpStatus, message, details } = mapError(error, request.id, request.log as never);
    if (error instanceof RateLimitedError) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
    if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
    // What was set for the answer that did not come must not be cached with this one.
    for (const name of ['etag', 'cache-control', 'content-disposition', 'content-length', 'content-range']) {
      reply.removeHeader(name);
    }
    return reply
      .code(httpStatus)
      .type('application/json; charset=utf-8')
      .send({ errors: [{ message, extensions: { code, ...details } }] });
  });
  app.setNotFoundHandler((request) => {
    throw new NotFoundError('route', `${request.method} ${pathOf(request)}`);
  });
}

/** The address without its query, which may hold a token. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

/** Fastify's own refusals carry a status and a code that begins with FST_. */
function ofFastify(thrown: unknown, request: FastifyRequest): unknown {
  if (thrown instanceof ApiError) return thrown;
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new TooLargeError('The body is too large: split it.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new BadInputError('Content-Type', request.headers['content-type'], 'a type that this route takes');
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new BadInputError('body', '…', 'what this route takes');
  }
  return thrown;
}
