/**
 * PUT, GET and HEAD /blobs/:sha256, and GET /blobs/:sha256/thumbnail. The only part of an address that reaches the
 * disk is 64 hex characters; everything else is 404 before it is looked at.
 *
 * What is served was made by whoever held a key, so it is never a document: no sniffing, no scripts, an opaque
 * origin; only raster pictures are shown in place, everything else is a download.
 */
import { MAX_STYLE_BYTES } from '@plumage/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Permission, requirePermission } from '../access/allow.ts';
import type { Actor } from '../access/actor.type.ts';
import { BadInputError, NotFoundError, TooLargeError } from '../errors/api.error.ts';
import type { Blob, PrismaClient } from '../generated/prisma/client.ts';
import type { Metrics } from '../health/metrics.ts';
import { type Accepted, findBlob, putBlob } from './blob.service.ts';
import { type BlobStore, parseSha256, type Sha256 } from './blob-store.type.ts';
import { parseRange } from './byte-range.ts';
import { extensionOf, isRaster } from './content-type.ts';
import type { Thumbnails } from './thumbnails.ts';

const READERS: readonly Permission[] = ['VIEWER', 'AGENT'];
const WRITERS: readonly Permission[] = ['EDITOR', 'AGENT', 'RUN'];

export interface BlobRoutesOptions {
  readonly database: PrismaClient;
  readonly store: BlobStore;
  readonly thumbnails: Thumbnails;
  readonly maxBytes: number;
  readonly metrics: Metrics;
  readonly authenticate: (request: FastifyRequest) => Promise<Actor>;
}

type ShaRequest = FastifyRequest<{ Params: { sha256: string }; Querystring: { width?: string } }>;

export async function blobRoutes(app: FastifyInstance, options: BlobRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const allow = (permissions: readonly Permission[]) => async (request: FastifyRequest) =>
    requirePermission(await options.authenticate(request), permissions, `${request.method} /blobs`);

  app.put(
    '/blobs/:sha256',
    { onRequest: allow(WRITERS), bodyLimit: Number.MAX_SAFE_INTEGER },
    (request, reply) => receive(options, request as ShaRequest, reply),
  );
  app.route({
    method: ['GET', 'HEAD'],
    url: '/blobs/:sha256',
    onRequest: allow(READERS),
    handler: (request, reply) => send(options, request as ShaRequest, reply),
  });
  app.get('/blobs/:sha256/thumbnail', { onRequest: allow(READERS) }, (request, reply) =>
    sendThumbnail(options, request as ShaRequest, reply),
  );
  // Anything else below /blobs ends here, not at the dashboard.
  app.all('/blobs/*', { onRequest: allow(READERS) }, (request) => {
    throw new NotFoundError('blob route', request.url);
  });
}

async function receive(
  options: BlobRoutesOptions,
  request: ShaRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sha256 = shaOf(request);
  const accepted = acceptedFrom(await options.authenticate(request), options.maxBytes);
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > accepted.maxBytes) {
    throw new TooLargeError(
      `A blob of yours may have at most ${accepted.maxBytes} bytes; this one announces ${announced}.`,
    );
  }
  const { database, store } = options;
  const { blob, created } = await putBlob(database, store, sha256, request.raw, accepted);
  options.metrics.blobBytes.inc({ direction: 'in' }, Number(blob.size));
  return reply.code(created ? 201 : 200).send({
    sha256,
    size: Number(blob.size),
    contentType: blob.contentType,
    url: `/blobs/${sha256}`,
  });
}

/** People upload pictures whose style a render is to take; everything else comes from agents. */
function acceptedFrom(actor: Actor, maxBytes: number): Accepted {
  if (actor.kind !== 'user') return { maxBytes, contentTypes: null };
  return { maxBytes: Math.min(maxBytes, MAX_STYLE_BYTES), contentTypes: ['image/png', 'image/jpeg'] };
}

async function send(
  options: BlobRoutesOptions,
  request: ShaRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sha256 = shaOf(request);
  const blob = await findBlob(options.database, sha256);
  setHeaders(reply, blob);
  if (request.headers['if-none-match'] === `"${sha256}"`) return reply.code(304).send();
  const size = Number(blob.size);
  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === `"${sha256}"` ? request.headers.range : undefined;
  const range = parseRange(wanted, size);
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${size}`).type('text/plain').send('');
  }
  const length = range ? range.end - range.start + 1 : size;
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  reply.header('content-length', length);
  if (request.method === 'HEAD') return reply.send();
  options.metrics.blobBytes.inc({ direction: 'out' }, length);
  const stream = await options.store.read(sha256, range ?? undefined);
  stream.on('error', (error) => request.log.error({ err: error, sha256 }, 'blob could not be read whole'));
  return reply.send(stream);
}

async function sendThumbnail(
  options: BlobRoutesOptions,
  request: ShaRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sha256 = shaOf(request);
  const width = Number(request.query.width ?? 128);
  const blob = await findBlob(options.database, sha256);
  if (!isRaster(blob.contentType))
    throw new BadInputError('sha256', sha256, 'a picture (PNG, JPEG, GIF or WebP)');
  const content = await options.thumbnails.get(sha256, width);
  setHeaders(reply, { ...blob, contentType: 'image/webp' });
  return reply.header('etag', `"${sha256}-${width}"`).send(content);
}

function shaOf(request: ShaRequest): Sha256 {
  const sha256 = parseSha256(request.params.sha256);
  if (sha256 === null) throw new NotFoundError('blob', request.params.sha256);
  return sha256;
}

function setHeaders(reply: FastifyReply, blob: Pick<Blob, 'sha256' | 'contentType'>): void {
  const name = `${blob.sha256.slice(0, 12)}.${extensionOf(blob.contentType)}`;
  reply.headers({
    'content-type': blob.contentType,
    'content-disposition': `${isRaster(blob.contentType) ? 'inline' : 'attachment'}; filename="${name}"`,
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${blob.sha256}"`,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  });
}
