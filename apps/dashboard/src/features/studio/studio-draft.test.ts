import { describe, expect, it } from 'vitest';
import { emptyDraft, newSeeds, readDraft, requestOf, writeDraft } from './studio-draft.ts';

const read = (text: string) => readDraft(new URLSearchParams(text));

describe("the Studio's form in the address", () => {
  it('is read as it was written, of every kind', () => {
    const drafts = [
      { ...emptyDraft, runId: 'r', captions: 'a red apple\na whale, blue & wet', seeds: '7 8' },
      { ...emptyDraft, kind: 'TEXT_INTERPOLATION', from: 'apple', to: 'whale', frames: 5, path: 'spherical' },
      { ...emptyDraft, kind: 'NOISE_INTERPOLATION', caption: 'apple', fromSeed: 3, toSeed: 9 },
      { ...emptyDraft, kind: 'STYLE_TRANSFER', style: ['a'.repeat(64)], captionOfStyle: 'a wren' },
      { ...emptyDraft, kind: 'STYLE_TRANSFER', styleEncoder: 'styles & co/gull-0001@30' },
    ] as const;
    for (const draft of drafts) expect(read(writeDraft(draft))).toEqual(draft);
    expect(writeDraft(emptyDraft)).toBe('');
  });

  it('what is malformed counts as not given', () => {
    const text = 'kind=cubism&frames=-3&seed=1e9&path=crooked&style=../../etc';
    expect(read(text)).toEqual(emptyDraft);
  });
});

describe('what is asked for', () => {
  it('is one caption a line and the seeds between commas or spaces', () => {
    const draft = { ...emptyDraft, captions: ' a red apple \n\n a whale', seeds: '4, 5 6' };
    expect(requestOf(draft)).toEqual({
      ok: true,
      request: { kind: 'CAPTIONS', captions: ['a red apple', 'a whale'], seeds: [4, 5, 6] },
    });
  });

  it('a seed that is no number is named', () => {
    expect(requestOf({ ...emptyDraft, captions: 'apple', seeds: '1, two' })).toMatchObject({
      ok: false,
      problems: [{ path: 'seeds[1]', message: 'cannot be "two"' }],
    });
  });

  it('names what finds the style, where a person has chosen it', () => {
    const draft = {
      ...emptyDraft,
      kind: 'STYLE_TRANSFER',
      captions: 'apple',
      style: ['a'.repeat(64)],
    } as const;
    for (const styleEncoder of [null, 'none', 'styles/gull-0001@30']) {
      expect(requestOf({ ...draft, styleEncoder })).toMatchObject({
        request: { style_encoder_checkpoint: styleEncoder },
      });
    }
  });

  it('a form that is not filled in is no request', () => {
    expect(requestOf(emptyDraft)).toMatchObject({ ok: false, problems: [{ path: 'captions' }] });
  });
});

describe('new seeds', () => {
  it('are different, even from a poor source of chance', () => {
    const values = [0.1, 0.1, 0.1, 0.7];
    expect(newSeeds(2, () => values.shift() ?? 0)).toEqual([10_000, 70_000]);
  });
});
