import type { Dataset } from '@plumage/data';
import { describe, expect, it } from 'vitest';
import { textStandardOf } from '../text.standard.ts';
import { drawnDataset, drawnEmbeddings, tinyRun } from '../training.fixture.ts';
import { verifyStyles } from './style.evaluation.ts';
import { askStyle, describeQuestions, type StyleViews } from './style.questions.ts';

const options = { views: 60, clusters: 100, pairs: 100 };

const ask = (dataset: Dataset, background: string): StyleViews => {
  const embeddings = drawnEmbeddings(dataset);
  const told = tinyRun({ augment_background: background });
  return askStyle({ told, standard: textStandardOf(dataset, embeddings) }, { dataset, embeddings }, options);
};

const labelsOf = ({ questions }: StyleViews) => questions.map(({ label, groups }) => [label, groups]);

/** Two drawers, and a beak on the left or the right with a tail that is sometimes hidden. */
const birds = (): Dataset => {
  const dataset = drawnDataset();
  const items = dataset.items.map((item, i) => ({
    ...item,
    style: i % 2 === 0 ? 'google' : 'twitter',
    pose: [[i % 3 === 0 ? 0.2 : 0.8, 0.5] as const, i % 5 === 0 ? null : ([0.5, 0.9] as const)],
  }));
  return { ...dataset, items };
};

/** Without a transparent pixel, each picture in one colour. */
const photographs = (): Dataset => {
  const dataset = drawnDataset();
  const record = (index: number) =>
    Uint8Array.from({ length: 64 * 64 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (index % 2) * 200));
  return { ...dataset, record, rgba: record };
};

describe('what style verification asks', () => {
  it('are colours behind, drawers and places of parts, as far as the data has them', () => {
    expect(labelsOf(ask(drawnDataset(), 'light'))).toEqual([['background', expect.any(Number)]]);
    const views = ask(birds(), 'light');
    expect(labelsOf(views).map(([label]) => label)).toEqual(['background', 'vendor', 'pose']);
    expect(views.questions[1]?.groups).toBe(2);
  });

  it('leaves out a label that all views share, and says so', () => {
    const views = ask(drawnDataset(), 'white');
    expect(views.questions).toEqual([]);
    expect(describeQuestions(views, 100)).toMatch(
      /nothing can be asked; not asked.*: background, vendor, pose/,
    );
  });

  it('takes the frame of a photograph for what is behind', () => {
    expect(labelsOf(ask(photographs(), 'white'))).toEqual([['background', 2]]);
  });

  it('is answered by styles that know the label, and not by captions', () => {
    const views = ask(birds(), 'any');
    // The colour in the corner is what the loader drew there.
    const knowing = views.pictures.map((picture) => picture.slice(0, 3));
    const [background] = verifyStyles(views, knowing, 5);
    expect(background?.label).toBe('background');
    expect(background?.style.mean).toBeGreaterThan(0.9);
    expect(background?.text.mean).toBeLessThan(0.75);
  });
});
