import { textEncoderHyperparameters } from '@plumage/contract';
import { createCaptionEmbedding, disposeCaptionEmbedding } from '@plumage/model';
import { createRng } from '@plumage/contract';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawnDataset, useWasm } from '../training.fixture.ts';
import { classAccuracyOf, createCaptionEvaluator, type Embedded, retrievalOf } from './caption.evaluation.ts';
import { textEncoderConfigOf } from './objective.ts';

beforeAll(useWasm);

const embedded = (
  things: readonly (readonly [classId: number, captions: readonly number[][]])[],
): Embedded => {
  let next = 0;
  return {
    vectors: Float32Array.from(things.flatMap(([, captions]) => captions.flat())),
    width: 2,
    things: things.map(([classId, captions]) => ({ classId, rows: captions.map(() => next++) })),
  };
};

describe('figures of captions alone', () => {
  const apart = embedded([
    [
      0,
      [
        [1, 0],
        [2, 0],
      ],
    ],
    [
      1,
      [
        [0, 1],
        [0, 2],
      ],
    ],
  ]);

  it('a caption finds another one of its thing where those score highest', () => {
    expect(retrievalOf(apart)).toBe(1);
    const crossed = embedded([
      [
        0,
        [
          [1, 0],
          [0, 2],
        ],
      ],
      [
        1,
        [
          [0, 1],
          [2, 0],
        ],
      ],
    ]);
    expect(retrievalOf(crossed)).toBe(0);
  });

  it('one vector for all texts finds nothing, and longer vectors alone do not help', () => {
    const equal = embedded([
      [
        0,
        [
          [1, 1],
          [1, 1],
        ],
      ],
      [
        1,
        [
          [1, 1],
          [1, 1],
        ],
      ],
    ]);
    expect([retrievalOf(equal), classAccuracyOf(equal)]).toEqual([0, 0]);
    const longer = embedded([
      [
        0,
        [
          [1, 1],
          [1, 1],
        ],
      ],
      [
        1,
        [
          [1, 1],
          [9, 9],
        ],
      ],
    ]);
    expect(retrievalOf(longer)).toBe(1 / 2);
  });

  it('a class is the mean of its other captions: the asked one is not among them', () => {
    expect(classAccuracyOf(apart)).toBe(1);
    // With itself in the mean each asked caption would be nearest to its own class.
    const alone = embedded([
      [
        0,
        [
          [4, 0],
          [0, 1],
        ],
      ],
      [
        1,
        [
          [0, 4],
          [1, 0],
        ],
      ],
    ]);
    expect(classAccuracyOf(alone)).toBe(0);
  });

  it('things of one class are told apart by retrieval alone', () => {
    const oneClass = embedded([
      [
        7,
        [
          [1, 0],
          [2, 0],
        ],
      ],
      [
        7,
        [
          [0, 1],
          [0, 2],
        ],
      ],
    ]);
    expect([retrievalOf(oneClass), classAccuracyOf(oneClass)]).toEqual([1, 1]);
  });
});

describe('an evaluation', () => {
  const config = textEncoderHyperparameters.parse({ preset: 'cpu-tiny' });

  it('asks of unseen and of training things beside chance, twice the same, and leaves no tensor', async () => {
    const rng = createRng(1, 'weights');
    const model = createCaptionEmbedding(textEncoderConfigOf(config), rng, { name: 'rmsprop' });
    const before = tf.memory().numTensors;
    const values = await createCaptionEvaluator(drawnDataset()).evaluate(model);
    // Five things of one class are held out; fifteen of three are trained on.
    expect(values).toMatchObject({
      'eval/caption_retrieval_chance': 1 / 5,
      'eval/caption_class_accuracy': 1,
      'eval/caption_class_chance': 1,
      'eval/caption_retrieval_chance_train': 1 / 15,
      'eval/caption_class_chance_train': 1 / 3,
    });
    expect(await createCaptionEvaluator(drawnDataset()).evaluate(model)).toEqual(values);
    expect(tf.memory().numTensors).toBe(before);
    disposeCaptionEmbedding(model);
  });

  it('leaves out things with one caption, and says nothing of a split without others', async () => {
    const dataset = drawnDataset();
    const items = dataset.items.map((item, index) =>
      item.split === 'validation' || index === 0 ? { ...item, captions: [item.name] } : item,
    );
    const model = createCaptionEmbedding(textEncoderConfigOf(config), createRng(1), { name: 'rmsprop' });
    const values = await createCaptionEvaluator({ ...dataset, items }).evaluate(model);
    expect(Object.keys(values).every((name) => name.endsWith('_train'))).toBe(true);
    expect(values['eval/caption_retrieval_chance_train']).toBe(1 / 14);
    disposeCaptionEmbedding(model);
  });
});
