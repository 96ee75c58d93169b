import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSha256, type Sha256 } from './blob-store.type.ts';
import { contentTypeOf } from './content-type.ts';
import { FolderStore } from './folder.store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumage-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shaOf = (content: Buffer) => createHash('sha256').update(content).digest('hex') as Sha256;

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

describe('the folder store', () => {
  it('a full disk is said in words, and nothing half-written stays', async () => {
    const onFullDisk = ((path: string, flags: string, mode: number) =>
      open(path, flags, mode).then(async (file) => {
        await file.close();
        return await open('/dev/full', 'w'); // Every write to it fails with ENOSPC.
      })) as typeof open;
    const store = new FolderStore({ folder, maxBytes: 1e6, openFile: onFullDisk });
    await store.prepare();
    const content = Buffer.alloc(100_000, 7);
    await expect(store.receive(shaOf(content), pieces(content))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await expect(store.read(shaOf(content))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('what a crash left half-written is cleared once nobody has written to it for long', async () => {
    const store = new FolderStore({ folder, maxBytes: 1 });
    await store.prepare();
    await writeFile(join(folder, 'incoming', 'broken'), 'x');
    await utimes(join(folder, 'incoming', 'broken'), 0, 0);
    await writeFile(join(folder, 'incoming', 'being-sent'), 'x');
    await new FolderStore({ folder, maxBytes: 1 }).prepare();
    expect(await readdir(join(folder, 'incoming')), 'a start clears nothing').toHaveLength(2);
    expect(await store.clearReceived(60_000)).toBe(1);
    expect(await readdir(join(folder, 'incoming'))).toEqual(['being-sent']);
  });

  it('has a blob from the moment that it is told to keep it, until it removes it', async () => {
    const store = new FolderStore({ folder, maxBytes: 1e6 });
    await store.prepare();
    const content = Buffer.from('x');
    const received = await store.receive(shaOf(content), pieces(content));
    await expect(store.read(shaOf(content))).rejects.toMatchObject({ code: 'ENOENT' });
    await received.keep();
    await received.discard();
    expect(await store.readAll(shaOf(content))).toEqual(content);
    expect([await store.remove(shaOf(content)), await store.remove(shaOf(content))]).toEqual([true, false]);
  });

  it('lists what is old enough, and only blobs', async () => {
    const store = new FolderStore({ folder, maxBytes: 1e6 });
    await store.prepare();
    const listed = async () => {
      const all: string[] = [];
      for await (const some of store.list(60_000)) all.push(...some);
      return all;
    };
    const content = Buffer.from('old');
    const sha = shaOf(content);
    await (await store.receive(sha, pieces(content))).keep();
    await writeFile(join(folder, sha.slice(0, 2), sha.slice(2, 4), 'stray'), 'x');
    expect(await listed()).toEqual([]);
    await utimes(join(folder, sha.slice(0, 2), sha.slice(2, 4), sha), 0, 0);
    expect(await listed()).toEqual([sha]);
  });

  it('only 64 lower-case hex characters are an address', () => {
    expect(parseSha256('a'.repeat(64))).toBe('a'.repeat(64));
    for (const text of [
      '',
      '..',
      'A'.repeat(64),
      'a'.repeat(65),
      `${'a'.repeat(63)}/`,
      `${'a'.repeat(64)}\n`,
    ]) {
      expect(parseSha256(text)).toBeNull();
    }
  });
});

describe('content types', () => {
  it('come from the first bytes', () => {
    const header = Buffer.from('{"__metadata__":{}}');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    for (const [head, type] of [
      [Buffer.from('89504e470d0a1a0a0000', 'hex'), 'image/png'],
      [Buffer.from('ffd8ffe0', 'hex'), 'image/jpeg'],
      [Buffer.from('GIF89a..'), 'image/gif'],
      [Buffer.from('RIFF....WEBPVP8 '), 'image/webp'],
      [Buffer.concat([length, header]), 'application/vnd.safetensors'],
      [Buffer.from(' {"a":1}'), 'application/json'],
      [Buffer.from('[1]'), 'application/json'],
      [Buffer.from('<svg>'), 'application/octet-stream'],
      [Buffer.from('<!doctype html>'), 'application/octet-stream'],
      [Buffer.alloc(0), 'application/octet-stream'],
    ] as const) {
      expect(contentTypeOf(head)).toBe(type);
    }
  });
});
