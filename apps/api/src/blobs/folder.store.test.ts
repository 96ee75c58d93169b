import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
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
    await expect(store.put(shaOf(content), pieces(content))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await expect(store.read(shaOf(content))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('what a crash left half-written is cleared at the next start', async () => {
    await mkdir(join(folder, 'incoming'));
    await writeFile(join(folder, 'incoming', 'half'), 'x');
    await new FolderStore({ folder, maxBytes: 1 }).prepare();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('removes', async () => {
    const store = new FolderStore({ folder, maxBytes: 1e6 });
    await store.prepare();
    const content = Buffer.from('x');
    await store.put(shaOf(content), pieces(content));
    expect([await store.remove(shaOf(content)), await store.remove(shaOf(content))]).toEqual([true, false]);
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
