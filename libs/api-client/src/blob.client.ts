/**
 * Blobs by content: PUT and GET /blobs/:sha256. Files are streamed both ways; a download lands under a temporary name,
 * is verified against its address, and only then takes its own name, so a torn download is never seen as whole.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { BlobMismatch } from './api.error.ts';
import { readRefusal } from './api.refusal.ts';
import { digestBytes, digestFile, digestingStream } from './blob.digest.ts';
import { send, type TransportOptions } from './transport.ts';

export interface BlobOptions {
  /** Limit of one try, in ms; default 10 minutes, since checkpoints may be large and lines slow. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What the bytes are, such as image/png; default application/octet-stream. */
  readonly contentType?: string;
}

const defaultBlobTimeoutMs = 600_000;

const readDone = async (response: Response): Promise<true> => {
  if (!response.ok) throw await readRefusal(response);
  await response.body?.cancel();
  return true;
};

/** A web stream over the file: fetch takes no Node stream. */
const fileStream = (path: string) => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;

/**
 * Stores bytes, or a file's content, and gives back the sha256 that addresses it. Storing the same content again is
 * harmless.
 * @throws ApiError, ApiUnreachable, or the file system's error when the file cannot be read
 */
export const putBlob = async (
  transport: TransportOptions,
  source: Uint8Array<ArrayBuffer> | { readonly file: string },
  options: BlobOptions = {},
): Promise<string> => {
  const isFile = !(source instanceof Uint8Array);
  const sha256 = isFile ? await digestFile(source.file) : digestBytes(source);
  const size = isFile ? (await stat(source.file)).size : source.byteLength;
  await send(
    transport,
    {
      path: `/blobs/${sha256}`,
      method: 'PUT',
      headers: {
        'content-type': options.contentType ?? 'application/octet-stream',
        'content-length': String(size),
      },
      body: () => (isFile ? fileStream(source.file) : source),
      idempotent: true,
      timeoutMs: options.timeoutMs ?? defaultBlobTimeoutMs,
      signal: options.signal,
    },
    readDone,
  );
  return sha256;
};

/**
 * Fetches the blob into the file `to`, verified.
 * @throws BlobMismatch when what arrived is not what was asked for; ApiError (such as NOT_FOUND); ApiUnreachable
 */
export const getBlob = async (
  transport: TransportOptions,
  sha256: string,
  to: string,
  options: BlobOptions = {},
): Promise<void> => {
  const partial = `${to}.partial`;
  await send(
    transport,
    {
      path: `/blobs/${sha256}`,
      method: 'GET',
      idempotent: true,
      timeoutMs: options.timeoutMs ?? defaultBlobTimeoutMs,
      signal: options.signal,
    },
    async (response) => {
      if (!response.ok) throw await readRefusal(response);
      if (response.body === null) throw new BlobMismatch(sha256, digestBytes(new Uint8Array()));
      const { stream, digest } = digestingStream();
      await pipeline(
        Readable.fromWeb(response.body as WebStream),
        stream,
        createWriteStream(partial, { flush: true }),
      );
      const arrived = digest();
      if (arrived !== sha256) throw new BlobMismatch(sha256, arrived);
      return true;
    },
  ).catch(async (error: unknown) => {
    await rm(partial, { force: true });
    throw error instanceof Error && error.cause instanceof BlobMismatch ? error.cause : error;
  });
  await rename(partial, to);
};
