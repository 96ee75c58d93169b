import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../sources/files.fixture.ts';
import { golden, goldenPath } from './golden.fixture.ts';
import { openHdf5 } from './hdf5.reader.ts';

const damaged = async (bytes: Uint8Array): Promise<string> => {
  const file = path.join(await temporaryFolder(), 'damaged.hdf5');
  await writeFile(file, bytes);
  return file;
};

describe('an HDF5 file', () => {
  it('of h5py: groups, texts, vectors and opaque bytes', async () => {
    const file = await openHdf5(goldenPath('birds.hdf5'));
    expect(file.list('valid')).toEqual(['valid_bird_0', 'valid_bird_1']);
    expect(file.list('nothing')).toBeNull();
    expect(file.text('test/test_bird_1/txt')).toBe('it has two wings\n');
    expect(file.text('test/test_bird_1/class')).toBe('001.test');
    expect(file.numbers('train/train_bird_1/embeddings')).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(Buffer.from(file.bytes('train/train_bird_0/img')).toString('latin1')).toBe(
      '\xff\xd8 no picture \0\xff\xd9\0',
    );
    expect(() => file.text('train/train_bird_0/embeddings')).toThrow(/is no text/);
    expect(() => file.numbers('train/train_bird_0/txt')).toThrow(/no floating point numbers/);
    expect(() => file.bytes('train/train_bird_0/nothing')).toThrow(/is not there/);
    expect(() => file.bytes('train')).toThrow(/is no dataset/);
    file.close();
  });

  it('cannot have another file’s contents read as its own', async () => {
    const file = await openHdf5(goldenPath('outside.hdf5'));
    expect(() => file.text('stored')).toThrow(/stored/);
    expect(() => file.text('linked')).toThrow(/linked/);
    // What a virtual dataset cannot find it fills with zeros.
    expect(file.numbers('virtual')).toEqual(new Float32Array(4));
    file.close();
  });

  it('that is none is refused by name', async () => {
    for (const bytes of [
      new Uint8Array(0),
      Buffer.from('no HDF5 at all'),
      golden('birds.hdf5').slice(0, 700),
    ]) {
      const file = await damaged(bytes);
      await expect(openHdf5(file)).rejects.toMatchObject({ code: 'DATASET_BAD_FILE', file });
    }
  });

  it('with a damaged part answers or complains', async () => {
    const whole = golden('birds.hdf5');
    for (let at = 100; at < whole.length; at += 997) {
      const bytes = whole.slice();
      bytes.fill(0xa5, at, at + 24);
      const file = await openHdf5(await damaged(bytes)).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'DATASET_BAD_FILE' });
        return null;
      });
      if (file === null) continue;
      for (const name of ['txt', 'class', 'name']) {
        try {
          file.text(`train/train_bird_0/${name}`);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DATASET_BAD_FILE' });
        }
      }
      file.close();
    }
  });
});
