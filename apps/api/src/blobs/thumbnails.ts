/**
 * Small pictures, made on first use and kept beside the blobs. Widths come from a short list, so that a caller
 * cannot fill the disk with every size there is; a picture that claims more than 64 million pixels is not decoded.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { BadInputError, StorageFullError } from '../errors/api.error.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import { removeOlder } from './old-files.ts';

export const THUMBNAIL_WIDTHS = [64, 128, 256, 512, 1024] as const;
const MAX_PIXELS = 64_000_000;

/** Thumbnails are made one at a time, with one thread: a gallery's first visit must not starve a training child. */
sharp.concurrency(1);

export class Thumbnails {
  private readonly making = new Map<string, Promise<Buffer>>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly store: BlobStore,
  ) {}

  /**
   * A WebP at most as wide as the next listed width; never larger than the picture itself.
   * @throws BadInputError when the width is out of range or the picture cannot be decoded.
   */
  async get(sha256: Sha256, width: number): Promise<Buffer> {
    const listed = THUMBNAIL_WIDTHS.find((candidate) => candidate >= width);
    if (!Number.isInteger(width) || width < 1 || listed === undefined) {
      throw new BadInputError('width', width, `a whole number from 1 to ${THUMBNAIL_WIDTHS.at(-1)}`);
    }
    const name = `${sha256}-${listed}.webp`;
    const kept = await readFile(join(this.folder, name)).catch(() => null);
    if (kept) return kept;
    const running = this.making.get(name) ?? this.make(sha256, listed, name);
    this.making.set(name, running);
    try {
      return await running;
    } finally {
      this.making.delete(name);
    }
  }

  /**
   * Removes the thumbnails of pictures that are gone, and what broken writes left if it is old. One that is being made
   * while its picture goes is left for the next time.
   * @param gone which of the pictures are gone.
   * @returns how many files.
   */
  async clear(olderThanMs: number, gone: (sha256s: string[]) => Promise<readonly string[]>): Promise<number> {
    const broken = await removeOlder(this.folder, olderThanMs, async (names) =>
      names.filter((name) => name.endsWith('.part')),
    );
    const orphans = await removeOlder(this.folder, 0, async (names) => {
      const made = names.filter((name) => !name.endsWith('.part'));
      const pictures = new Set(await gone([...new Set(made.map(pictureOf))]));
      return made.filter((name) => pictures.has(pictureOf(name)));
    });
    return broken + orphans;
  }

  private make(sha256: Sha256, width: number, name: string): Promise<Buffer> {
    const made = this.queue.then(async () => {
      const content = await this.store.readAll(sha256);
      const small = await shrink(content, width).catch((cause: Error) => {
        throw new BadInputError('sha256', sha256, `a picture that can be decoded (${cause.message})`);
      });
      await this.keep(name, small);
      return small;
    });
    this.queue = made.catch(() => undefined);
    return made;
  }

  private async keep(name: string, content: Buffer): Promise<void> {
    const temporary = join(this.folder, `${randomBytes(8).toString('hex')}.part`);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, content);
      await rename(temporary, join(this.folder, name));
    } catch (error) {
      await rm(temporary, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new StorageFullError();
      throw error;
    }
  }
}

/** The sha256 in a thumbnail's name. */
const pictureOf = (name: string): string => name.split('-', 1)[0] ?? name;

function shrink(content: Buffer, width: number): Promise<Buffer> {
  return sharp(content, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
    .rotate()
    .resize({ width, withoutEnlargement: true })
    .webp({ quality: 85 })
    .timeout({ seconds: 10 })
    .toBuffer();
}
