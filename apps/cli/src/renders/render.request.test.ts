import { describe, expect, it } from 'vitest';
import { UsageError } from '../command/command.error.ts';
import { pictureType, type RenderOptions, requestFrom, seedsFrom } from './render.request.ts';

const options = (given: Partial<RenderOptions>): RenderOptions => ({
  ...{ kind: 'captions', captions: ['a red apple'], seeds: null, frames: null, path: null },
  ...{ style: [], styleCaption: null, styleEncoder: null },
  ...given,
});

describe('what is asked for on the command line', () => {
  it('leaves to the contract what was left out', () => {
    expect(requestFrom(options({}))).toEqual({
      kind: 'CAPTIONS',
      captions: ['a red apple'],
      seeds: [1, 2, 3, 4],
    });
  });

  it('two captions are the ends of a way, two seeds too', () => {
    expect(
      requestFrom(options({ kind: 'between-captions', captions: ['a', 'b'], seeds: [7] })),
    ).toMatchObject({
      from: 'a',
      to: 'b',
      seed: 7,
      path: 'linear',
    });
    expect(requestFrom(options({ kind: 'between-seeds', seeds: [3, 9], frames: 5 }))).toMatchObject({
      caption: 'a red apple',
      fromSeed: 3,
      toSeed: 9,
      frames: 5,
    });
  });

  it('a style encoder is named as in a sweep; one that is no reference is a wrong call', () => {
    const style = { kind: 'style', style: ['a'.repeat(64)] } as const;
    expect(requestFrom(options({ ...style, styleEncoder: 'styles/gull-0001@500' }))).toMatchObject({
      kind: 'STYLE_TRANSFER',
      style_encoder_checkpoint: 'styles/gull-0001@500',
    });
    expect(requestFrom(options(style))).toMatchObject({ style_encoder_checkpoint: null });
    expect(() => requestFrom(options({ ...style, styleEncoder: 'descent' }))).toThrow(
      /^--style-encoder: cannot be "descent"; expected sweep\/run, .* or none for gradient descent$/,
    );
  });

  it('too few or too many of an option, or a wrong value, is a wrong call that names the option', () => {
    const wrong: readonly [Partial<RenderOptions>, RegExp][] = [
      [{ kind: 'between-captions' }, /^--caption: 1 given; expected two values\.$/],
      [{ kind: 'between-seeds', seeds: [1, 2, 3] }, /^--seeds: 3 given; expected two values\.$/],
      [{ captions: [] }, /^--caption: cannot be \[\]; expected a list of at least 1 entries$/],
      [{ kind: 'style' }, /^--style: /],
      [
        { frames: 3 },
        /^--frames does not go with --kind captions; expected it with between-captions, between-seeds\.$/,
      ],
      [{ style: ['a'.repeat(64)] }, /^--style does not go with --kind captions; expected it with style\.$/],
      [{ styleEncoder: 'none' }, /^--style-encoder does not go with --kind captions/],
      [{ kind: 'style', style: ['a'.repeat(64)], seeds: [1] }, /^--seeds does not go with --kind style/],
      [{ kind: 'between-seeds', seeds: [1, 2], frames: 99 }, /^--frames: cannot be 99; expected at most 32$/],
    ];
    for (const [given, message] of wrong) {
      expect(() => requestFrom(options(given))).toThrow(UsageError);
      expect(() => requestFrom(options(given))).toThrow(message);
    }
    expect(() => seedsFrom(['1', 'x'])).toThrow('--seeds holds "x"');
    expect(() => pictureType('notes.txt')).toThrow('expected a PNG or JPEG file');
  });
});
