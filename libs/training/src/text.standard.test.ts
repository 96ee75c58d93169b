import { describe, expect, it } from 'vitest';
import { standardEmbeddings, textStandardOf } from './text.standard.ts';
import { drawnDataset, drawnEmbeddings } from './training.fixture.ts';

describe('standardised texts', () => {
  it('have mean 0 and components of mean square 1 over the training captions', () => {
    const dataset = drawnDataset();
    const embeddings = drawnEmbeddings(dataset);
    const standard = standardEmbeddings(embeddings, textStandardOf(dataset, embeddings));
    const vectors = dataset.items.flatMap((item, row) =>
      item.split === 'train' ? item.captions.map((_, caption) => standard.of(row, caption)) : [],
    );
    const values = vectors.flatMap((vector) => [...vector]);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(square).toBeCloseTo(1, 4);
    for (let i = 0; i < standard.dimension; i++) {
      const mean = vectors.reduce((sum, vector) => sum + (vector[i] ?? Number.NaN), 0) / vectors.length;
      expect(mean).toBeCloseTo(0, 5);
    }
  });

  it('leave a constant text alone but for its mean', () => {
    const dataset = drawnDataset();
    const constant = { ...drawnEmbeddings(dataset), of: () => new Float32Array(8).fill(0.5) };
    const standard = textStandardOf(dataset, constant);
    expect(standard.scale).toBe(1);
    expect([...standardEmbeddings(constant, standard).of(0, 0)]).toEqual(Array(8).fill(0));
  });
});
