/**
 * Text vectors on the scale of the noise that they stand beside. Sentence encoders give vectors of length 1, 0.04 a
 * component at T = 512; through the generator's projection (which has no normalisation in the released code, made
 * for vectors of order 1) they would be forty times weaker than z, and captions would matter late or never. So the
 * mean of the training captions is taken away and one factor brings their components to a mean square of 1.
 * Both follow from dataset and encoder, and both are in the checkpoint as `text/mean` and `text/scale`.
 */
import type { CaptionEmbeddings, Dataset } from '@plumage/data';

export interface TextStandard {
  /** [T] */
  readonly mean: Float32Array;
  readonly scale: number;
}

/** Over the captions of all training items, each as often as it occurs. */
export const textStandardOf = (dataset: Dataset, embeddings: CaptionEmbeddings): TextStandard => {
  const sum = new Float64Array(embeddings.dimension);
  let squares = 0;
  let count = 0;
  dataset.items.forEach((item, row) => {
    if (item.split !== 'train') return;
    const captions = embeddings.count?.(row) ?? item.captions.length;
    for (let caption = 0; caption < captions; caption++) {
      embeddings.of(row, caption).forEach((value, i) => {
        sum[i] = (sum[i] as number) + value;
        squares += value * value;
      });
      count++;
    }
  });
  const mean = Float32Array.from(sum, (total) => total / count);
  const ofMean = mean.reduce((total, value) => total + value * value, 0);
  const variance = (squares / count - ofMean) / embeddings.dimension;
  return { mean, scale: variance > 0 ? 1 / Math.sqrt(variance) : 1 };
};

/** (vector - mean) * scale, as a copy. */
export const standardText = ({ mean, scale }: TextStandard, vector: Float32Array): Float32Array =>
  vector.map((value, i) => (value - (mean[i] as number)) * scale);

export const standardEmbeddings = (
  embeddings: CaptionEmbeddings,
  standard: TextStandard,
): CaptionEmbeddings => ({
  dimension: embeddings.dimension,
  encoderHash: embeddings.encoderHash,
  ...(embeddings.count ? { count: embeddings.count } : {}),
  of: (item, caption) => standardText(standard, embeddings.of(item, caption)),
});
