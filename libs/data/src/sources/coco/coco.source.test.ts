import { describe, expect, it } from 'vitest';
import { createPairSampler } from '../../batch.sampler.ts';
import { createRng } from '@plumage/contract';
import { openSmall, refusal } from '../opening.fixture.ts';
import { cocoCaptions, cocoFiles, folderOf } from '../paper.fixture.ts';

const coco = (folder: string) => ({ name: 'coco', path: folder }) as const;
const train = 'annotations/captions_train2014.json';

describe('MS-COCO', () => {
  it('has five captions a picture, and the validation pictures held out', async () => {
    const dataset = await openSmall(coco(await folderOf(await cocoFiles())));
    expect(dataset.items.map(({ id, split, captions }) => [id, split, captions.length])).toEqual([
      ['train2014/COCO_train2014_000000000009.jpg', 'train', 5],
      ['train2014/COCO_train2014_000000000025.jpg', 'train', 5],
      ['train2014/COCO_train2014_000000000030.jpg', 'train', 5],
      ['val2014/COCO_val2014_000000000042.jpg', 'validation', 5],
    ]);
    expect(dataset.items[0]?.captions[0]).toBe('a dog number 9, caption 1.');
  });

  it('is matched by instance: a wrong picture is any other, whichever pairing is asked for', async () => {
    const dataset = await openSmall(coco(await folderOf(await cocoFiles())));
    for (const paired of ['class', 'instance'] as const) {
      const sampler = createPairSampler(dataset, 'train', paired);
      const rng = createRng(1);
      for (let draw = 0; draw < 200; draw++) {
        const { right, wrong } = sampler.draw(rng);
        expect(right).not.toBe(wrong);
      }
    }
  });

  it('is found with its pictures below images/ and the names of another year', async () => {
    const files = Object.entries(await cocoFiles()).map(([name, content]) => [
      name.startsWith('annotations') ? name : `images/${name}`,
      content,
    ]);
    expect((await openSmall(coco(await folderOf(Object.fromEntries(files))))).items).toHaveLength(4);
  });

  it.each([
    ['without annotations', { [train]: null }, 'DATASET_NOT_FOUND', /captions_train2014\.json/],
    ['with annotations that are no JSON', { [train]: '{' }, 'DATASET_BAD_CAPTIONS', /not JSON/],
    [
      'with other annotations',
      { [train]: '{"images": [{}], "annotations": []}' },
      'DATASET_BAD_CAPTIONS',
      /images\.0\.id/,
    ],
    [
      'with a caption of nothing',
      { [train]: '{"images": [], "annotations": [{"image_id": 7, "caption": "x"}]}' },
      'DATASET_BAD_CAPTIONS',
      /image 7/,
    ],
    [
      'with a picture without captions',
      {
        [train]: '{"images": [{"id": 9, "file_name": "COCO_train2014_000000000009.jpg"}], "annotations": []}',
      },
      'DATASET_BAD_CAPTIONS',
      /has no caption/,
    ],
    [
      'with a file name that leads out',
      {
        [train]: cocoCaptions('train2014', [9]).replace(
          'COCO_train2014_000000000009',
          '../val2014/COCO_val2014_000000000042',
        ),
      },
      'DATASET_UNSAFE_PATH',
      /captions_train2014\.json: ".*goes up/,
    ],
  ])('%s is refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(coco(await folderOf(await cocoFiles(), changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
