/** Small datasets in temporary folders, in the very formats that users bring. For tests only. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';

/** A new folder that goes away with the test. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'plumage-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A one-coloured PNG. */
export const plainPng = (color: string, width = 20, height = 20): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: color } })
    .png()
    .toBuffer();

/** Writes `files` (path to content) below a new temporary folder. */
export const folderWith = async (files: Record<string, string | Buffer>): Promise<string> => {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
};

export const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

/** `classes` classes of `perClass` pictures with three captions each, as captions.jsonl. */
export const classFolder = async (classes: number, perClass: number): Promise<string> => {
  const picture = await plainPng('#c03020');
  const rows = Array.from({ length: classes * perClass }, (_, i) => ({
    file: `images/${i}.png`,
    captions: [`thing ${i}`, `a thing number ${i}`, 'a thing'],
    class: `class ${i % classes}`,
  }));
  return folderWith({
    'captions.jsonl': jsonLines(rows),
    ...Object.fromEntries(rows.map(({ file }) => [file, picture])),
  });
};
