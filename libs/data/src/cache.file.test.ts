import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { replaceAtomically, writeDurably } from './cache.file.ts';
import { temporaryFolder } from './sources/files.fixture.ts';

const writeEntry = (content: string) => async (staging: string) => {
  await mkdir(staging);
  await writeDurably(path.join(staging, 'entry'), [Buffer.from(content), Buffer.from('!')]);
};

it('twenty writers at one place leave one whole entry and no leftovers', async () => {
  const folder = await temporaryFolder();
  const target = path.join(folder, 'deep', 'pack');
  const contents = Array.from({ length: 20 }, (_, i) => `content ${i}`);
  await Promise.all(contents.map((content) => replaceAtomically(target, writeEntry(content))));
  expect(contents.map((content) => `${content}!`)).toContain(
    await readFile(path.join(target, 'entry'), 'utf8'),
  );
  expect(await readdir(path.join(folder, 'deep'))).toEqual(['pack']);
});

it('a failed write leaves the old entry as it was', async () => {
  const folder = await temporaryFolder();
  const target = path.join(folder, 'pack');
  await replaceAtomically(target, writeEntry('old'));
  const failing = replaceAtomically(target, async (staging) => {
    await mkdir(staging);
    throw new Error('no space left');
  });
  await expect(failing).rejects.toMatchObject({
    code: 'CACHE_UNWRITABLE',
    message: expect.stringContaining('no space left'),
  });
  expect(await readFile(path.join(target, 'entry'), 'utf8')).toBe('old!');
  expect(await readdir(folder)).toEqual(['pack']);
});

it('a folder takes the place of a stray file, and a file that of a file', async () => {
  const target = path.join(await temporaryFolder(), 'pack');
  await writeFile(target, 'stray');
  await replaceAtomically(target, writeEntry('new'));
  expect(await readFile(path.join(target, 'entry'), 'utf8')).toBe('new!');
  const file = path.join(target, 'entry');
  await replaceAtomically(file, (staging) => writeDurably(staging, [Buffer.from('file')]));
  expect(await readFile(file, 'utf8')).toBe('file');
});
