import { describe, expect, it } from 'vitest';
import { accuracyOf, precisionAt, scoresOf } from './zero-shot.evaluation.ts';

// Two classes: pictures 0 to 2 are of the first, 3 and 4 of the second.
const truth = [0, 0, 0, 1, 1];

describe('zero-shot figures', () => {
  it('scores are plain products of class vectors and pictures', () => {
    const classes = [Float32Array.of(1, 0), Float32Array.of(0.5, 2)];
    const pictures = Float32Array.of(1, 0, 0, 1, -1, 1);
    expect(scoresOf(classes, pictures, 2)).toEqual([
      [1, 0, -1],
      [0.5, 2, 1.5],
    ]);
  });

  it('a picture counts when its own class scores strictly highest: equal vectors are no hit', () => {
    const scores = [
      [3, 3, 1, 0, 5],
      [1, 3, 2, 1, 4],
    ];
    expect(accuracyOf(scores, truth)).toBe(2 / 5);
    expect(accuracyOf([scores[0] ?? [], scores[0] ?? []], truth)).toBe(0);
  });

  it('precision looks at the highest scores of each class, no more than it has pictures', () => {
    const scores = [
      [9, 8, 1, 7, 0],
      [9, 0, 0, 0, 1],
    ];
    // First class: 0, 1 and 3 of three. Second: 0 and 4 of two.
    expect(precisionAt(scores, truth, 50)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(precisionAt(scores, truth, 1)).toBe((1 + 0) / 2);
  });

  it('a perfect encoder reaches 1', () => {
    const scores = [
      [1, 1, 1, 0, 0],
      [0, 0, 0, 1, 1],
    ];
    expect([accuracyOf(scores, truth), precisionAt(scores, truth, 50)]).toEqual([1, 1]);
  });
});
