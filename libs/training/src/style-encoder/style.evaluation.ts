/**
 * What a style encoder is judged by:
 *   eval/noise_error   mean |z - S(G(z, t))|^2 over the mean |z|^2, on noise that no step saw; 0 finds all, 1 is what
 *                      always answering 0 gives
 *   eval/style_auc_<label>, _std                 do the cosines of predicted styles tell pairs of equal style from others:
 *                                                area under the ROC curve, mean and deviation over folds; 0.5 is luck
 *   eval/style_auc_<label>_text_baseline, _std   the same asked of the captions, which should not know
 */
import { createRng } from '@plumage/contract';
import type { StyleTrainer } from '@plumage/model';
import { cosine } from '../evaluation/features.ts';
import { drawPictures, noiseOfSeed, pictureAt } from '../picture.draw.ts';
import type { TrainDependencies } from '../trainer.contract.ts';
import { type FoldedRoc, foldedRoc } from './roc.curve.ts';
import type { StyleGenerator } from './style.generator.ts';
import { stylesOf } from './style.open.ts';
import type { StyleLabel, StyleViews } from './style.questions.ts';
import { captionBatches } from './style.state.ts';

/** Pictures of held-out noise: seeds that no grid and no step uses. */
const heldOut = 128;
const firstSeed = 900_000;

export interface StyleVerdict {
  readonly label: StyleLabel;
  readonly style: FoldedRoc;
  readonly text: FoldedRoc;
}

export interface StyleEvaluator {
  evaluate(trainer: StyleTrainer): Promise<{ values: Record<string, number>; verdicts: StyleVerdict[] }>;
}

/** @param styles of the views; @param folds of the pairs */
export const verifyStyles = (
  views: StyleViews,
  styles: readonly Float32Array[],
  folds: number,
): StyleVerdict[] =>
  views.questions.map(({ label, pairs, same }) => {
    const score = (of: readonly Float32Array[]) =>
      pairs.map(([a, b]) => cosine(of[a] as Float32Array, of[b] as Float32Array));
    return {
      label,
      style: foldedRoc(score(styles), same, folds),
      text: foldedRoc(score(views.texts), same, folds),
    };
  });

/** The share of the noise that is missed. */
export const relativeError = (noises: readonly Float32Array[], found: readonly Float32Array[]): number => {
  let [missed, all] = [0, 0];
  noises.forEach((noise, row) =>
    noise.forEach((value, i) => {
      missed += (value - (found[row]?.[i] as number)) ** 2;
      all += value ** 2;
    }),
  );
  return missed / all;
};

/** Draws the held-out pictures once: the generator is frozen. */
export const createStyleEvaluator = async (
  generator: StyleGenerator,
  data: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
  views: StyleViews,
  folds: number,
): Promise<StyleEvaluator> => {
  const rng = createRng(1, 'style evaluation');
  const { text } = captionBatches(generator, data, { split: 'train', batchSize: heldOut, rng }).next();
  const { noiseDim, textDim } = generator.config;
  const noises = Array.from({ length: heldOut }, (_, i) => noiseOfSeed(firstSeed + i, noiseDim));
  const texts = noises.map((_, i) => text.slice(i * textDim, (i + 1) * textDim));
  const drawn = await drawPictures(generator, texts, noises);
  const pictures = noises.map((_, i) => pictureAt(drawn, i));
  return {
    async evaluate({ encoder, config }) {
      const found = await stylesOf(encoder, config, pictures);
      const verdicts = verifyStyles(views, await stylesOf(encoder, config, views.pictures), folds);
      const values: Record<string, number> = { 'eval/noise_error': relativeError(noises, found) };
      for (const { label, style, text: baseline } of verdicts) {
        values[`eval/style_auc_${label}`] = style.mean;
        values[`eval/style_auc_${label}_std`] = style.deviation;
        values[`eval/style_auc_${label}_text_baseline`] = baseline.mean;
        values[`eval/style_auc_${label}_text_baseline_std`] = baseline.deviation;
      }
      return { values, verdicts };
    },
  };
};
