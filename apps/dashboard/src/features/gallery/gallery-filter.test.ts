import { describe, expect, it } from 'vitest';
import { readFilter, toSampleFilter, writeFilter } from './gallery-filter.ts';

const read = (text: string) => readFilter(new URLSearchParams(text));

describe("the gallery's filter in the address", () => {
  it('is read as it was written', () => {
    const filter = {
      prompt: 'red tomato',
      sweepId: 's1',
      kind: 'RENDER',
      minStep: 0,
      maxStep: 2_000,
      latestOnly: true,
    } as const;
    expect(read(writeFilter(filter))).toEqual(filter);
    expect(writeFilter(read(''))).toBe('');
  });

  it('takes no malformed step', () => {
    for (const from of ['-1', '1.5', 'x', '99999999999']) expect(read(`from=${from}`).minStep).toBeNull();
  });

  it('knows no kind but those there are', () => {
    expect(read('kind=style-transfer').kind).toBe('STYLE_TRANSFER');
    expect(read('kind=cubist').kind).toBeNull();
  });

  it('asks the server only for what was chosen', () => {
    expect(toSampleFilter(read(''))).toEqual({});
    expect(toSampleFilter(read('prompt=whale&from=0&latest=1'))).toEqual({
      prompt: 'whale',
      minStep: 0,
      latestOnly: true,
    });
  });
});
