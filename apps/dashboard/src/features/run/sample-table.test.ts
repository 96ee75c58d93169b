import { describe, expect, it } from 'vitest';
import { cellSide } from './sample-table.tsx';

describe('the side of a cell', () => {
  it('is the largest whole multiple that lets all prompts stand side by side', () => {
    expect(cellSide(64, 8, 1_060)).toBe(128);
    expect(cellSide(64, 5, 1_060)).toBe(192);
    expect(cellSide(64, 8, 700)).toBe(64);
    expect(cellSide(32, 8, 900)).toBe(96);
  });

  it('never shrinks a picture below its own size: the row scrolls instead', () => {
    expect(cellSide(64, 20, 400)).toBe(64);
  });
});
