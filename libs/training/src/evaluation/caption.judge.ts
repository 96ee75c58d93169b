/**
 * R-precision by captions: of one true caption and 99 of other things, is the true one the nearest to the picture that
 * was generated from it? Asked of an encoder that embeds pictures and texts in one space (text-encoder runs); it says
 * something about the generator only if the generator was not trained with that encoder's texts.
 *   eval/r_precision_joint, _std   top-1 share over ten folds, mean and deviation (chance 0.01 with 100 captions)
 *   eval/r_precision_joint_real    the same asked of the real pictures of those captions: what could be reached
 *   eval/r_precision_joint_unseen, _std, _real    all of it for captions of classes that no step has seen
 */
import { createRng } from '@plumage/contract';
import type { JointEncoder } from '../text-encoder/char-encoder.open.ts';
import { type Features, pickRows } from './features.ts';
import { type QueryList, rowsAsked } from './query.list.ts';
import { captionPrecision } from './r-precision.ts';
import { type RealPool, shuffled } from './real.pictures.ts';

const folds = 10;
const captionCount = 100;
/** Captions of things that were not asked for, where those asked are fewer than a hundred. */
const spareCaptions = 100;

export interface CaptionJudge {
  /** @param generated raw joint features of the queries' pictures */
  judge(generated: Features): Record<string, number>;
}

/**
 * @param real raw joint features of the pool
 * @param name of the figure
 * @returns null where the items have no captions to tell apart
 */
export const createCaptionJudge = async (
  encoder: JointEncoder,
  pool: RealPool,
  real: Features,
  queries: QueryList,
  name: string,
): Promise<CaptionJudge | null> => {
  const rng = createRng(1, 'evaluation captions');
  const asked = [...new Set(rowsAsked(queries))];
  const others = shuffled(
    pool.items.map((_, row) => row),
    rng,
  ).slice(0, spareCaptions);
  const captionOf = (row: number) => pool.items[row]?.captions[0] ?? '';
  const captions = [...new Set([...asked, ...others].map(captionOf))].filter((caption) => caption !== '');
  const truths = rowsAsked(queries).map((row) => captions.indexOf(captionOf(row)));
  if (captions.length < 2 || truths.includes(-1)) return null;
  const values = await encoder.text.encode(captions);
  const texts: Features = { rows: captions.length, length: encoder.text.dimension, values };
  const candidates = truths.map((truth) => {
    const wrong = captions.map((_, row) => row).filter((row) => row !== truth);
    return [truth, ...shuffled(wrong, rng).slice(0, captionCount - 1)];
  });
  const ofReal = captionPrecision(pickRows(real, rowsAsked(queries)), texts, candidates, folds);
  return {
    judge(generated) {
      const { mean, deviation } = captionPrecision(generated, texts, candidates, folds);
      return {
        [name]: mean,
        [`${name}_std`]: deviation,
        [`${name}_real`]: ofReal.mean,
      };
    },
  };
};
