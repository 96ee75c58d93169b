/**
 * Blobs in a folder: blobs/ab/cd/abcd…, written to a temporary name, hashed on the way, synced, then renamed. A
 * crash leaves a temporary file at worst, which collection clears away once nobody writes to it any more: a start may
 * not, since another process of the same folder may be receiving.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Readable, Transform } from 'node:stream';
import { BlobMismatchError, StorageFullError, TooLargeError } from '../errors/api.error.ts';
import { type BlobStore, parseSha256, type ReceivedBlob, type Sha256 } from './blob-store.type.ts';
import { HEAD_BYTES } from './content-type.ts';
import { isOlder, removeOlder } from './old-files.ts';

/** The bytes on the disk are not those that were stored. The caller gets no more of them. */
export class BlobCorruptError extends Error {
  override readonly name = 'BlobCorruptError';
  readonly code = 'BLOB_CORRUPT';
  constructor(readonly sha256: string) {
    super(`The stored blob ${sha256} no longer hashes to its name: the disk has changed it.`);
  }
}

export interface FolderStoreOptions {
  readonly folder: string;
  /** Larger ones are refused. */
  readonly maxBytes: number;
  /** Opens a temporary file for writing; tests put a full disk here. */
  readonly openFile?: typeof open;
}

export class FolderStore implements BlobStore {
  /** Files whose content was verified by this process, with the size and time that they had. */
  private readonly verified = new Map<string, string>();

  constructor(private readonly options: FolderStoreOptions) {}

  /** Makes the folders. Call once, before anything else. */
  async prepare(): Promise<void> {
    await mkdir(this.temporaryFolder(), { recursive: true });
  }

  async receive(sha256: Sha256, source: AsyncIterable<Uint8Array>): Promise<ReceivedBlob> {
    const temporary = join(this.temporaryFolder(), randomBytes(12).toString('hex'));
    const discard = () => rm(temporary, { force: true });
    try {
      const { digest, size, head } = await this.write(temporary, source);
      if (digest !== sha256) throw new BlobMismatchError(sha256, digest);
      return { size, head, keep: () => this.keep(sha256, temporary), discard };
    } catch (error) {
      await discard();
      throw isFull(error) ? new StorageFullError() : error;
    }
  }

  async read(sha256: Sha256, range?: { start: number; end: number }): Promise<Readable> {
    const path = this.pathOf(sha256);
    if (await this.isVerified(sha256)) return createReadStream(path, range);
    if (range) {
      await this.verify(sha256);
      return createReadStream(path, range);
    }
    const { size } = await stat(path);
    const source = createReadStream(path);
    const checked = source.pipe(holdUntilVerified(sha256, size, () => this.remember(sha256)));
    source.on('error', (error) => checked.destroy(error));
    checked.on('close', () => source.destroy());
    return checked;
  }

  async readAll(sha256: Sha256): Promise<Buffer> {
    const content = await readFile(this.pathOf(sha256));
    if (createHash('sha256').update(content).digest('hex') !== sha256) throw new BlobCorruptError(sha256);
    return content;
  }

  async remove(sha256: Sha256): Promise<boolean> {
    this.verified.delete(sha256);
    try {
      await rm(this.pathOf(sha256));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async *list(olderThanMs: number): AsyncGenerator<Sha256[]> {
    for (const first of await foldersIn(this.options.folder)) {
      for (const second of await foldersIn(join(this.options.folder, first))) {
        const folder = join(this.options.folder, first, second);
        const names = (await readdir(folder)).map(parseSha256).filter((name) => name !== null);
        const old = await Promise.all(names.map((name) => isOlder(join(folder, name), olderThanMs)));
        yield names.filter((_, i) => old[i]);
      }
    }
  }

  clearReceived(olderThanMs: number): Promise<number> {
    return removeOlder(this.temporaryFolder(), olderThanMs);
  }

  private async keep(sha256: Sha256, temporary: string): Promise<void> {
    const path = this.pathOf(sha256);
    try {
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      await syncFolder(dirname(path));
      await this.remember(sha256);
    } catch (error) {
      throw isFull(error) ? new StorageFullError() : error;
    }
  }

  private async write(path: string, source: AsyncIterable<Uint8Array>) {
    const file = await (this.options.openFile ?? open)(path, 'wx', 0o640);
    try {
      const hash = createHash('sha256');
      let head = Buffer.alloc(0);
      let size = 0;
      for await (const chunk of source) {
        size += chunk.length;
        if (size > this.options.maxBytes) {
          throw new TooLargeError(
            `A blob may have at most ${this.options.maxBytes} bytes. Nothing was kept.`,
          );
        }
        hash.update(chunk);
        if (head.length < HEAD_BYTES)
          head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
        for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
      }
      await file.sync();
      return { digest: hash.digest('hex'), head, size };
    } finally {
      await file.close();
    }
  }

  private async verify(sha256: Sha256): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.pathOf(sha256)), hash);
    if (hash.digest('hex') !== sha256) throw new BlobCorruptError(sha256);
    await this.remember(sha256);
  }

  private async remember(sha256: Sha256): Promise<void> {
    if (this.verified.size > 100_000) this.verified.clear();
    this.verified.set(sha256, await this.stateOf(sha256));
  }

  private async isVerified(sha256: Sha256): Promise<boolean> {
    return this.verified.get(sha256) === (await this.stateOf(sha256));
  }

  private async stateOf(sha256: Sha256): Promise<string> {
    const { size, mtimeMs, ino } = await stat(this.pathOf(sha256));
    return `${size} ${mtimeMs} ${ino}`;
  }

  private pathOf(sha256: Sha256): string {
    return join(this.options.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  private temporaryFolder(): string {
    return join(this.options.folder, 'incoming');
  }
}

/** Passes bytes on, except the last chunk, which waits for the hash: a changed file ends as a broken download. */
function holdUntilVerified(sha256: Sha256, size: number, onVerified: () => Promise<void>): Transform {
  const hash = createHash('sha256');
  let held: Buffer | null = null;
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      const ready = held;
      held = chunk;
      if (ready) this.push(ready);
      done();
    },
    flush(done) {
      if (seen !== size || hash.digest('hex') !== sha256) return done(new BlobCorruptError(sha256));
      if (held) this.push(held);
      onVerified().then(() => done(), done);
    },
  });
}

/** The store's inner folders: two hex characters each, so never `incoming`. */
async function foldersIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
