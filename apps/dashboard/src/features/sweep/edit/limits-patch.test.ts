import { describe, expect, it } from 'vitest';
import { draftOf, limitsPatch } from './limits-patch.ts';

const limits = { runCap: 20, concurrency: null, priority: 0 };
const draft = draftOf(limits);

describe('limitsPatch', () => {
  it('says nothing when nothing was changed', () => {
    expect(limitsPatch(draft, limits)).toBeNull();
    expect(limitsPatch({ ...draft, runCap: ' 20 ' }, limits)).toBeNull();
  });

  it('holds only what differs, by the key of the definition', () => {
    expect(limitsPatch({ ...draft, runCap: '50', concurrency: '4' }, limits)).toEqual({
      run_cap: 50,
      concurrency: 4,
    });
  });

  it('takes a limit away when its field is empty', () => {
    expect(limitsPatch({ ...draft, runCap: '' }, limits)).toEqual({ run_cap: null });
  });

  it('leaves it to the server to refuse what is no number', () => {
    expect(limitsPatch({ ...draft, priority: 'high' }, limits)).toEqual({ priority: 'high' });
  });
});
