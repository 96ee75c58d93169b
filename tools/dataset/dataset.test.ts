import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDatasetCommand } from './dataset.command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plumage-dataset-'));
  const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#c03020' } })
    .png()
    .toBuffer();
  await mkdir(path.join(folder, 'mine'));
  const rows = [0, 1, 2, 3, 4].map((i) => ({
    file: `${i}.png`,
    captions: [`thing ${i}`, 'a thing'],
    class: `c${i}`,
  }));
  for (const { file } of rows) await writeFile(path.join(folder, 'mine', file), picture);
  const lines = [...rows, { file: 'gone.png', caption: 'gone' }].map((row) => JSON.stringify(row));
  await writeFile(path.join(folder, 'mine', 'captions.jsonl'), lines.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const said = { out: '', err: '' };
  const code = await runDatasetCommand(args, {
    cwd: folder,
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
  });
  return { code, ...said };
};

describe('plumage dataset', () => {
  it('shows the card of a folder of one’s own, with what was skipped', async () => {
    const { code, out } = await run('show', 'folder', 'mine', '--bad-share', '0.5');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^mine\ndataset {5}folder, digest [0-9a-f]{64}\npictures {4}5 pictures of 64x64, stored at 76x76\n/,
    );
    expect(out).toContain('captions    10 captions, 6 distinct; 2 a picture, median 2');
    expect(out).toContain('skipped     1 picture that could not be used\n  gone.png: no such file');
  });

  it('shows it as JSON, too', async () => {
    const { out } = await run('show', 'folder', 'mine', '--bad-share', '0.5', '--json');
    expect(JSON.parse(out)).toMatchObject({ name: 'folder', images: 5, skipped: 1 });
  });

  it('writes a contact sheet', async () => {
    const { code, out } = await run(
      'sheet',
      'folder',
      'mine',
      '--bad-share',
      '0.5',
      '--out',
      'sheets/mine.png',
    );
    expect(code).toBe(0);
    expect(out).toContain('mine.png: 5 of 5 pictures');
    expect((await sharp(await readFile(path.join(folder, 'sheets', 'mine.png'))).metadata()).width).toBe(
      4 + 5 * 68,
    );
  });

  it('says what is wrong with the data and exits with 1', async () => {
    const { code, err } = await run('show', 'folder', 'mine');
    expect(code).toBe(1);
    expect(err).toContain('1 of 6 images are unusable');
    expect(err).toContain('gone.png (no such file)');
    expect((await run('show', 'cub', 'mine')).err).toContain('trainclasses.txt');
  });

  it.each([
    [['show', 'birds'], 'dataset: '],
    [['show', 'cub'], 'dataset_path: dataset "cub" needs dataset_path'],
    [['show', 'folder', 'mine', '--crop', 'box'], 'has no boxes'],
    [['sheet', 'emoji'], 'sheet needs --out'],
    [['shw', 'emoji'], 'expected show or sheet'],
    [['show', 'emoji', '--colour'], '--colour'],
    [['show', 'folder', 'mine', '--bad-share', 'many'], 'expected a number from 0 to 1'],
  ])('%j is called wrongly and says how to call', async (args, said) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });
});
