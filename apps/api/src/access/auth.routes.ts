/** POST /auth/sign-in {"token"} and POST /auth/sign-out, for pages. Scripts and agents send their key instead. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BadInputError, RateLimitedError, UnauthenticatedError } from '../errors/api.error.ts';
import { readSessionCookie, sessionCookie } from '../http/session.cookie.ts';
import type { FailureLimit } from '../limits/failure-limit.ts';
import { type SessionOptions, signIn, signOut } from './session.service.ts';

const body = z.object({ token: z.string().min(1).max(200) });

export async function authRoutes(
  app: FastifyInstance,
  options: { sessions: SessionOptions; failures: FailureLimit },
): Promise<void> {
  app.post('/auth/sign-in', { bodyLimit: 4_096 }, async (request, reply) => {
    const blockedMs = await options.failures.blockedFor(request.ip);
    if (blockedMs > 0) throw new RateLimitedError(blockedMs);
    const parsed = body.safeParse(request.body);
    if (!parsed.success) throw new BadInputError('token', '…', 'a text in {"token": "..."}');
    try {
      const { session, maxAgeMs } = await signIn(parsed.data.token.trim(), options.sessions);
      return await reply
        .header('set-cookie', sessionCookie(session, maxAgeMs, isSecure(request)))
        .send({ ok: true });
    } catch (error) {
      if (error instanceof UnauthenticatedError) await options.failures.add(request.ip);
      throw error;
    }
  });

  app.post('/auth/sign-out', { bodyLimit: 4_096 }, async (request, reply) => {
    const cookie = readSessionCookie(request.headers.cookie);
    if (cookie !== undefined) await signOut(cookie, options.sessions);
    return await reply.header('set-cookie', sessionCookie('', 0, isSecure(request))).send({ ok: true });
  });

  app.all('/auth/*', (request) => {
    throw new BadInputError('path', request.method, 'POST /auth/sign-in or POST /auth/sign-out');
  });
}

function isSecure(request: FastifyRequest): boolean {
  return request.headers.origin?.startsWith('https://') ?? false;
}
