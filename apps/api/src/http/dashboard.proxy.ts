/**
 * Every address that is not the API's goes to the dashboard (docs/adr/0001). Its server is on the loopback and
 * trusts what stands in some headers (which host it is, which rewrite was made): such headers come from here or not
 * at all.
 */
import type { IncomingHttpHeaders } from 'node:http';
import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadInputError } from '../errors/api.error.ts';

/** Next steers itself by these; a client must not. x-middleware-subrequest was CVE-2025-29927. */
const INTERNAL =
  /^(x-middleware-|x-nextjs-|x-now-|x-invoke-|x-matched-path$|x-forwarded-|forwarded$|authorization$)/;

export async function dashboardProxy(app: FastifyInstance, options: { upstream: string }): Promise<void> {
  await app.register(httpProxy, {
    upstream: options.upstream,
    httpMethods: ['GET', 'HEAD', 'POST'],
    preHandler: (request, _reply, done) => {
      done(
        isPlainPath(request.url)
          ? undefined
          : new BadInputError('path', request.url, 'a path of this server'),
      );
    },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => forwarded(request as unknown as FastifyRequest, headers),
      onError: (reply) => sendDownPage(reply as unknown as FastifyReply),
    },
  });
}

function isPlainPath(url: string): boolean {
  return url.startsWith('/') && !url.startsWith('//') && !url.includes('\\') && !/%5c/i.test(url);
}

function forwarded(request: FastifyRequest, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  // A header that Connection names would be dropped on the way; the list itself is for this hop alone.
  const kept = Object.entries(headers).filter(
    ([name]) => !INTERNAL.test(name.toLowerCase()) && name !== 'connection',
  );
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': 'http',
  };
}

function sendDownPage(reply: FastifyReply): void {
  void reply
    .code(502)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Plumage: no pages</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem">
<h1>The pages are not there right now</h1>
<p>The server runs, and so do your agents; only the program that makes its pages does not answer.
It may be starting: try again in a moment. If this stays, look at the output of <code>npm start</code>.</p>`);
}
