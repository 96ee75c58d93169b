import { createRng } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { type Background, composite, drawView, type Rgb } from './batch.augment.ts';

/** [size, size, 4] whose red is 10 * y + x, opaque but for the last pixel. */
const numbered = (size: number): Uint8Array => {
  const record = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    record.set([10 * Math.floor(i / size) + (i % size), 0, 0, i === size * size - 1 ? 0 : 255], i * 4);
  }
  return record;
};

const reds = (image: Float32Array): number[] =>
  Array.from({ length: image.length / 3 }, (_, i) => Math.round(((image[i * 3] ?? 0) + 1) * 127.5));

const view = { left: 0, top: 0, flip: false, background: [255, 255, 255] as Rgb };

const render = (record: Uint8Array, recordSize: number, imageSize: number, changes: Partial<typeof view>) => {
  const out = new Float32Array(imageSize * imageSize * 3);
  composite(record, { recordSize, imageSize }, { ...view, ...changes }, out, 0);
  return reds(out);
};

describe('composite', () => {
  it('takes the crop out of a larger record', () => {
    expect(render(numbered(4), 4, 2, { left: 1, top: 2 })).toEqual([21, 22, 31, 32]);
  });

  it('mirrors within the crop', () => {
    expect(render(numbered(4), 4, 2, { left: 1, top: 2, flip: true })).toEqual([22, 21, 32, 31]);
  });

  it('shows the background where the record is transparent and where it ends', () => {
    expect(render(numbered(2), 2, 2, { background: [7, 8, 9] })).toEqual([0, 1, 10, 7]);
    expect(render(numbered(2), 2, 2, { left: -1, top: -1, background: [7, 8, 9] })).toEqual([7, 7, 7, 0]);
    expect(render(numbered(2), 2, 2, { left: 1, top: 0, background: [7, 8, 9] })).toEqual([1, 7, 7, 7]);
  });

  it('mixes by alpha and scales to [-1, 1]', () => {
    const out = new Float32Array(3);
    composite(
      Uint8Array.from([255, 0, 100, 51]),
      { recordSize: 1, imageSize: 1 },
      { ...view, background: [0, 255, 100] },
      out,
      0,
    );
    const expected = [51, 204, 100].map((value) => value / 127.5 - 1);
    expected.forEach((value, channel) => expect(out[channel]).toBeCloseTo(value, 5));
  });
});

describe('drawView', () => {
  const draw = (
    sizes: { recordSize: number; imageSize: number },
    background: Background = 'white',
    flippable = true,
  ) => {
    const rng = createRng(5, 'views');
    return Array.from({ length: 2_000 }, () =>
      drawView(rng, { flip: true, crop: true, background }, sizes, flippable),
    );
  };
  const spread = (values: number[]) => [Math.min(...values), Math.max(...values)];

  it('crops 64 out of 76 at every place, and only there', () => {
    const views = draw({ recordSize: 76, imageSize: 64 });
    expect(spread(views.map((v) => v.left))).toEqual([0, 12]);
    expect(spread(views.map((v) => v.top))).toEqual([0, 12]);
  });

  it('moves a record without a margin by at most a sixteenth', () => {
    expect(spread(draw({ recordSize: 64, imageSize: 64 }).map((v) => v.left))).toEqual([-4, 4]);
  });

  it('keeps the centre and the side when both are switched off', () => {
    const plain = { flip: false, crop: false, background: 'white' } as const;
    expect(drawView(createRng(1), plain, { recordSize: 76, imageSize: 64 }, true)).toEqual({
      ...view,
      left: 6,
      top: 6,
    });
  });

  it('mirrors half of the flippable, and never a directional glyph', () => {
    const share = draw({ recordSize: 64, imageSize: 64 }).filter((v) => v.flip).length / 2_000;
    expect(share).toBeGreaterThan(0.46);
    expect(share).toBeLessThan(0.54);
    expect(draw({ recordSize: 64, imageSize: 64 }, 'white', false).some((v) => v.flip)).toBe(false);
  });

  it('draws backgrounds as asked', () => {
    const sizes = { recordSize: 64, imageSize: 64 };
    const colours = (background: Background) =>
      new Set(draw(sizes, background).map((v) => v.background.join()));
    expect(colours('white')).toEqual(new Set(['255,255,255']));
    expect(colours('light').size).toBe(8);
    expect(colours('any').size).toBeGreaterThan(1_900);
    expect(
      colours([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(new Set(['1,2,3', '4,5,6']));
  });
});
