import { expect, it } from 'vitest';
import { checkPackSize } from './packed.cache.ts';

it('a set that would not fit into memory is refused before it is decoded', () => {
  expect(() => checkPackSize(100_000, 76, 'birds')).not.toThrow();
  expect(() => checkPackSize(200_000, 76, 'birds')).toThrow(
    expect.objectContaining({ code: 'DATASET_TOO_LARGE', message: expect.stringContaining('4.3 GiB') }),
  );
});
