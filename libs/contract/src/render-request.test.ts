import { describe, expect, test } from 'vitest';
import { parseRenderRequest, plannedPictures, renderColumns, type RenderRequest } from './render-request.ts';

const SHA = 'a'.repeat(64);

const parsed = (input: unknown): RenderRequest => {
  const result = parseRenderRequest(input);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.request;
};

const problems = (input: unknown) => {
  const result = parseRenderRequest(input);
  return result.ok ? [] : result.problems;
};

describe('a render request', () => {
  test('gets its defaults: four seeds, eight frames, text in a line and noise on a sphere', () => {
    expect(parsed({ kind: 'CAPTIONS', captions: ['  a red apple '] })).toEqual({
      kind: 'CAPTIONS',
      captions: ['a red apple'],
      seeds: [1, 2, 3, 4],
    });
    expect(parsed({ kind: 'TEXT_INTERPOLATION', from: 'apple', to: 'whale' })).toMatchObject({
      frames: 8,
      seed: 1,
      path: 'linear',
    });
    expect(parsed({ kind: 'NOISE_INTERPOLATION', caption: 'apple', fromSeed: 1, toSeed: 2 })).toMatchObject({
      frames: 8,
      path: 'spherical',
    });
    expect(parsed({ kind: 'STYLE_TRANSFER', style: [SHA], captions: ['apple'] })).toMatchObject({
      captionOfStyle: null,
      style_encoder_checkpoint: null,
    });
  });

  test('says everything that is wrong with it at once, each with its path and what was expected', () => {
    expect(problems({ kind: 'CAPTIONS', captions: ['', 'ok'], seeds: [-1, 1.5], frame: 3 })).toEqual([
      { path: 'captions[0]', message: 'cannot be ""', expected: 'a text of at least 1 characters' },
      { path: 'seeds[0]', message: 'cannot be -1', expected: 'at least 0' },
      { path: 'seeds[1]', message: 'cannot be 1.5', expected: 'a whole number' },
      expect.objectContaining({ path: 'frame', message: 'unknown key frame' }),
    ]);
    expect(problems({ kind: 'CAPTIONS' })).toEqual([
      { path: 'captions', message: 'is missing', expected: 'a list' },
    ]);
    expect(problems({ kind: 'STYLE_TRANSFER', style: ['../etc'], captions: ['a'] })).toEqual([
      { path: 'style[0]', message: 'cannot be "../etc"', expected: 'a sha256 in lower-case hex' },
    ]);
  });

  test('names a style encoder as a run names a checkpoint, or says that it wants none', () => {
    const asked = (style_encoder_checkpoint: unknown) => ({
      ...{ kind: 'STYLE_TRANSFER', style: [SHA], captions: ['apple'], style_encoder_checkpoint },
    });
    const id = '0198d0c4-7b1e-7c3a-9f00-0123456789ab';
    for (const each of ['styles/gull-0001', 'styles/gull-0001@500', id, 'none', null]) {
      expect(parsed(asked(each))).toMatchObject({ style_encoder_checkpoint: each });
    }
    expect(problems(asked('newest'))).toEqual([
      {
        path: 'style_encoder_checkpoint',
        message: 'cannot be "newest"',
        expected:
          'sweep/run, sweep/run@step, or the id of a checkpoint of a style encoder, or none for gradient descent',
      },
    ]);
    const captions = { kind: 'CAPTIONS', captions: ['apple'], style_encoder_checkpoint: 'none' };
    expect(problems(captions)).toMatchObject([{ message: 'unknown key style_encoder_checkpoint' }]);
  });

  test('of an unknown kind names those there are, and a near miss by its name', () => {
    expect(problems({ kind: 'CAPTION' })).toEqual([
      { path: 'kind', message: 'cannot be "CAPTION"', expected: expect.stringContaining('CAPTIONS') },
    ]);
    for (const input of [null, 'CAPTIONS', 3, [], {}]) {
      expect(problems(input)).toMatchObject([{ path: 'kind', message: 'is missing' }]);
    }
  });

  test('is at most 256 pictures', () => {
    const captions = Array.from({ length: 32 }, (_, i) => `caption ${i}`);
    const seeds = (count: number) => Array.from({ length: count }, (_, i) => i);
    expect(problems({ kind: 'CAPTIONS', captions, seeds: seeds(8) })).toEqual([]);
    expect(problems({ kind: 'CAPTIONS', captions, seeds: seeds(9) })).toMatchObject([
      { path: 'captions', message: 'would be 288 pictures' },
    ]);
  });
});

describe('the plan of a render', () => {
  test('is captions by seeds, row after row', () => {
    const request = parsed({ kind: 'CAPTIONS', captions: ['a', 'b'], seeds: [7, 8] });
    expect(plannedPictures(request)).toEqual([
      { index: 0, prompt: 'a', seed: 7, at: null },
      { index: 1, prompt: 'a', seed: 8, at: null },
      { index: 2, prompt: 'b', seed: 7, at: null },
      { index: 3, prompt: 'b', seed: 8, at: null },
    ]);
    expect(renderColumns(request)).toBe(2);
  });

  test('between two captions starts at one and ends at the other, with one noise', () => {
    const plan = plannedPictures(
      parsed({ kind: 'TEXT_INTERPOLATION', from: 'a', to: 'b', frames: 3, seed: 5 }),
    );
    expect(plan.map((picture) => [picture.prompt, picture.seed, picture.at])).toEqual([
      ['a', 5, 0],
      ['a → b', 5, 0.5],
      ['b', 5, 1],
    ]);
  });

  test('between two seeds starts at one and ends at the other, with one caption', () => {
    const request = { kind: 'NOISE_INTERPOLATION', caption: 'a', fromSeed: 3, toSeed: 9, frames: 2 };
    expect(plannedPictures(parsed(request)).map((picture) => [picture.seed, picture.at])).toEqual([
      [3, 0],
      [9, 1],
    ]);
  });

  test('of a style is styles by captions, row after row', () => {
    const request = parsed({ kind: 'STYLE_TRANSFER', style: [SHA, SHA], captions: ['a', 'b', 'c'] });
    expect(plannedPictures(request).map((picture) => picture.prompt)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    expect(renderColumns(request)).toBe(3);
  });
});
