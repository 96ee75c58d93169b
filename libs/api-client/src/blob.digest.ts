/** sha256 of bytes, of a file and of a stream in passing: a blob's content is its address. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Lower-case hex sha256 of the bytes. */
export const digestBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Lower-case hex sha256 of a file, read in pieces. @throws the file system's error when it cannot be read */
export const digestFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** A pass-through that knows the digest of what passed once it has ended. */
export const digestingStream = (): { stream: Transform; digest: () => string } => {
  const hash = createHash('sha256');
  const stream = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, digest: () => hash.digest('hex') };
};
