import { createGanCls } from '@plumage/model';
import { createRng } from '@plumage/contract';
import type { Dataset } from '@plumage/data';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelConfigOf } from '../run.state.ts';
import type { JointEncoder } from '../text-encoder/char-encoder.open.ts';
import { openTrainingData } from '../training.data.ts';
import { standardEmbeddings, textStandardOf } from '../text.standard.ts';
import { drawnDataset, drawnEmbeddings, tinyRun, useWasm } from '../training.fixture.ts';
import { colourLayout, colourLayoutLength } from './colour-layout.features.ts';
import { createEvaluator } from './evaluator.ts';
import { realSpacing, nearestRatio } from './nearest.real.ts';
import { realPictures } from './real.pictures.ts';

beforeAll(useWasm);

const dataset = drawnDataset();
const raw = drawnEmbeddings(dataset);
const embeddings = standardEmbeddings(raw, textStandardOf(dataset, raw));
const gan = () => createGanCls(modelConfigOf(tinyRun(), embeddings.dimension), createRng(1, 'weights'));

/** Knows every caption's picture: the features of the item with that name, so that real pictures find their captions. */
const knowing = (hash: string): JointEncoder => {
  const centre = (values: Float32Array) => {
    const mean = colourLayout(
      realPictures(
        dataset,
        dataset.items.map((_, i) => i),
      ),
    );
    const means = Float32Array.from({ length: colourLayoutLength }, (_, column) => {
      let sum = 0;
      for (let row = 0; row < mean.rows; row++)
        sum += mean.values[row * colourLayoutLength + column] as number;
      return sum / mean.rows;
    });
    const centred = values.map((value, i) => value - (means[i % colourLayoutLength] as number));
    for (let from = 0; from < centred.length; from += colourLayoutLength) {
      const row = centred.subarray(from, from + colourLayoutLength);
      const length = Math.hypot(...row);
      row.forEach((value, i) => (row[i] = value / length));
    }
    return centred;
  };
  const ofPictures = async (pictures: Float32Array) => centre(colourLayout(pictures).values);
  return {
    hash,
    text: {
      name: 'char-cnn-rnn',
      hash,
      dimension: colourLayoutLength,
      encode: async (texts) =>
        ofPictures(
          realPictures(
            dataset,
            texts.map((text) => dataset.items.findIndex(({ name }) => name === text)),
          ),
        ),
      dispose: () => undefined,
    },
    image: {
      name: 'joint-embedding',
      hash,
      dimension: colourLayoutLength,
      encode: ofPictures,
      dispose: () => undefined,
    },
  };
};

describe('an evaluation', () => {
  it('is the same to the bit when it is made twice, and leaves no tensor', async () => {
    const judged = gan();
    const evaluate = async () => (await createEvaluator(dataset, embeddings)).evaluate(judged);
    const values = await evaluate();
    const tensors = tf.memory().numTensors;
    expect(await evaluate()).toEqual(values);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Object.keys(values).sort()).toEqual([
      'eval/caption_spread',
      'eval/class_accuracy_colour',
      'eval/class_accuracy_colour_real',
      'eval/diversity',
      'eval/fid_colour',
      'eval/fid_colour_floor',
      'eval/kid',
      'eval/kid_floor',
      'eval/kid_unseen',
      'eval/kid_unseen_floor',
      'eval/match_gap',
      'eval/nearest_ratio_colour',
      'eval/r_precision',
      'eval/r_precision_unseen',
      'eval/reciprocal_rank',
      'eval/reciprocal_rank_unseen',
    ]);
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
    expect(values['eval/fid_colour']).toBeGreaterThan(values['eval/fid_colour_floor'] ?? 0);
  });

  it('asks for the classes of unseen captions where at least two were held out', async () => {
    const items = dataset.items.map((item) => (item.classId === 0 ? { ...item, split: 'validation' } : item));
    const held = { ...dataset, items } as Dataset;
    const values = await (await createEvaluator(held, embeddings)).evaluate(gan());
    const found = values['eval/class_accuracy_colour_unseen'] ?? -1;
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThanOrEqual(1);
    expect(values['eval/class_accuracy_colour_unseen_real']).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(values['eval/kid_unseen_floor'])).toBe(true);
  });

  it('measures with a joint embedding beside, says with which, and warns when the generator trains with it', async () => {
    const evaluator = await createEvaluator(dataset, embeddings, knowing('f'.repeat(64)));
    expect(evaluator.description).toContain('joint features ffffffffffffffff');
    expect(evaluator.warnings).toEqual([]);
    const values = await evaluator.evaluate(gan());
    expect(values['eval/r_precision_joint_real']).toBe(1);
    expect(values['eval/r_precision_joint']).toBeLessThan(0.5);
    expect(values['eval/r_precision_joint_unseen_real']).toBe(1);
    for (const figure of ['kid_joint', 'kid_joint_unseen_floor', 'r_precision_joint']) {
      expect(
        Number.isFinite(values[`eval/${figure}${figure.endsWith('floor') ? '' : '_unseen'}`]),
        figure,
      ).toBe(true);
    }
    for (const figure of ['fid', 'kid', 'class_accuracy', 'nearest_ratio', 'diversity', 'r_precision']) {
      expect(Number.isFinite(values[`eval/${figure}_joint`]), figure).toBe(true);
    }
    const same = await createEvaluator(dataset, embeddings, knowing(embeddings.encoderHash));
    expect(same.warnings[0]).toMatch(/r_precision_joint asks the very text encoder/);
  });
});

describe('an evaluation encoder', () => {
  it('that is named and not handed over, or is not there, is an error in words', async () => {
    const opened = (inputs: Record<string, string>) =>
      openTrainingData(tinyRun({ eval_encoder_checkpoint: 'a/b' }), { cacheDir: 'nowhere', inputs });
    await expect(opened({})).rejects.toThrow('eval_encoder_checkpoint: no folder is given for a/b');
    await expect(opened({ eval_encoder_checkpoint: 'nowhere' })).rejects.toThrow('nowhere/manifest.json');
  });
});

describe('the distance to the nearest real picture', () => {
  const features = colourLayout(realPictures(dataset, [0, 1, 2, 5, 6]));
  const spacing = realSpacing(features, ['a', 'b', 'c', 'd', 'e']);

  it('is 0 for copies, and about 1 for pictures as far from the real ones as those are from each other', () => {
    expect(nearestRatio(features, features, spacing)).toBe(0);
    const others = colourLayout(realPictures(dataset, [3, 4, 7, 8, 9]));
    const ratio = nearestRatio(others, features, spacing);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  it('does not take two pictures of one thing for neighbours', () => {
    const twice = { ...features, values: Float32Array.from(features.values) };
    expect(realSpacing(twice, ['a', 'a', 'a', 'a', 'b'])).toBeGreaterThan(0);
    expect(realSpacing(twice, ['a', 'a', 'a', 'a', 'a'])).toBeNaN();
  });
});
