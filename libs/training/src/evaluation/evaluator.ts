/**
 * The evaluation that runs beside training: the averaged generator draws pictures for a fixed list of captions with
 * fixed noise, and they are measured against real pictures, in colour-layout features always and in those of a trained
 * joint embedding where the run names one. The list depends on the dataset alone, so that figures of different runs
 * and seeds can be compared. docs/evaluation.md says what each figure means; what stands here:
 *
 *   eval/r_precision         captions of training items: nearest of 1 true + 99 other items' pictures (chance 0.01)
 *   eval/reciprocal_rank     the same question, mean of 1 / rank (chance 0.052)
 *   eval/r_precision_unseen, eval/reciprocal_rank_unseen    the same for captions of the validation classes; more of
 *                            those in source.figures.ts and caption.judge.ts
 *   (both sides are centred first: only what differs between captions counts, a tint common to all does not)
 *   eval/caption_spread      distance between pictures of different captions with the same noise, relative to the real
 *   eval/match_gap           the discriminator's logits of unseen real pictures, own caption less another's
 * and those of source.figures.ts and caption.judge.ts.
 */
import { createRng } from '@plumage/contract';
import type { CaptionEmbeddings, Dataset } from '@plumage/data';
import type { GanCls } from '@plumage/model';
import { drawPictures, noiseOfSeed } from '../picture.draw.ts';
import type { JointEncoder } from '../text-encoder/char-encoder.open.ts';
import { type CaptionJudge, createCaptionJudge } from './caption.judge.ts';
import { colourLayoutSource } from './colour-layout.features.ts';
import { centred, type Features, type FeatureSource, standardise } from './features.ts';
import { matchGap } from './match.gap.ts';
import { meanPairDistance } from './pair.distance.ts';
import { listQueries, noiseSeeds, type QueryList, rowsAsked } from './query.list.ts';
import { rankTrueItem } from './r-precision.ts';
import {
  distinctRows,
  poolOf,
  type RealPool,
  realFeatures,
  realPictures,
  rowsOf,
  shuffled,
} from './real.pictures.ts';
import { type RealSide, realSideOf, sourceFigures, unseenFigures } from './source.figures.ts';

const diversityCaptions = 8;
const diversitySeeds = [201, 202, 203, 204] as const;
const mostHalfRows = 200;
const mostMatched = 64;

type Judged = Pick<GanCls, 'average' | 'config' | 'discriminator'>;

export interface Evaluator {
  /** With what is measured, for the run's log: the hash of each features' source. */
  readonly description: string;
  /** What is wrong with the figures, in sentences. */
  readonly warnings: readonly string[];
  /** Metric values by name. Takes as long as about 450 rows of a generator's forward pass, and some arithmetic. */
  evaluate(gan: Judged): Promise<Record<string, number>>;
}

/** The joint embedding's image side. */
const jointSource = ({ image }: JointEncoder): FeatureSource => ({
  name: 'joint',
  hash: image.hash,
  async of(pictures) {
    const values = await image.encode(pictures);
    return { rows: values.length / image.dimension, length: image.dimension, values };
  },
});

const drawQueries = (
  gan: Judged,
  texts: readonly Float32Array[],
  seeds: readonly number[],
): Promise<Float32Array> => {
  const noises = new Map(seeds.map((seed) => [seed, noiseOfSeed(seed, gan.config.noiseDim)]));
  return drawPictures(
    gan,
    texts,
    seeds.map((seed) => noises.get(seed) as Float32Array),
  );
};

/** Unseen pictures with their captions, and each with the next one's; null without two things to tell apart. */
const matchQuestions = (dataset: Dataset, embeddings: CaptionEmbeddings, pool: RealPool) => {
  const rows = distinctRows(pool, 'validation', mostMatched, createRng(1, 'evaluation matches'));
  if (rows.length < 2) return null;
  const indexes = rows.map((row) => pool.indexes[row] as number);
  const texts = indexes.map((index) => embeddings.of(index, 0));
  return {
    pictures: realPictures(dataset, indexes),
    matching: texts,
    mismatching: [...texts.slice(1), ...texts.slice(0, 1)],
  };
};

/** A few captions, each with several noises. */
const sameCaption = (train: QueryList) => {
  const captions = train.texts.filter((_, i) => i % noiseSeeds.length === 0).slice(0, diversityCaptions);
  const count = diversitySeeds.length;
  return {
    texts: captions.flatMap((text) => diversitySeeds.map(() => text)),
    seeds: captions.flatMap(() => diversitySeeds),
    groups: captions.map((_, c) => diversitySeeds.map((__, s) => c * count + s)),
  };
};

/** The two figures of `rankTrueItem`, asked of colours. */
const ranks = (
  centredReal: Features,
  generated: Features,
  { candidates }: QueryList,
  end = '',
): Record<string, number> => {
  const { precision, reciprocalRank } = rankTrueItem(centred(generated), centredReal, candidates);
  return { [`eval/r_precision${end}`]: precision, [`eval/reciprocal_rank${end}`]: reciprocalRank };
};

/** What looks at pictures, and what it asks about them. */
interface Judges {
  readonly side: RealSide;
  readonly captions: CaptionJudge | null;
  readonly unseenCaptions: CaptionJudge | null;
}

/**
 * @param embeddings standardised, as the generator is given them
 * @param encoder a joint embedding, for the figures that end in `_joint`; it is disposed of by its owner
 */
export const createEvaluator = async (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  encoder: JointEncoder | null = null,
): Promise<Evaluator> => {
  const rng = createRng(1, 'evaluation');
  const pool = poolOf(dataset);
  const train = listQueries(pool, embeddings, 'train', rng);
  const unseen = listQueries(pool, embeddings, 'validation', rng);
  const trainRows = shuffled(rowsOf(pool, 'train'), rng).slice(0, 2 * mostHalfRows);
  const classesOf = (queries: QueryList) => rowsAsked(queries).map((row) => pool.items[row]?.classId ?? 0);
  const judgesOf = async (source: FeatureSource, joint: JointEncoder | null): Promise<Judges> => {
    const real = await realFeatures(dataset, pool, source);
    const asked = async (queries: QueryList, end: string) =>
      joint && createCaptionJudge(joint, pool, real, queries, `eval/r_precision_joint${end}`);
    return {
      side: realSideOf(source, real, pool, trainRows),
      captions: await asked(train, ''),
      unseenCaptions: await asked(unseen, '_unseen'),
    };
  };
  const colour = await judgesOf(colourLayoutSource, null);
  const judges = [colour, ...(encoder ? [await judgesOf(jointSource(encoder), encoder)] : [])];
  const centredReal = centred(colour.side.real);
  const alike = sameCaption(train);
  const matches = matchQuestions(dataset, embeddings, pool);
  const firstNoise = train.noiseSeeds.flatMap((seed, row) => (seed === noiseSeeds[0] ? [row] : []));

  const ofTraining = async (gan: Judged): Promise<Record<string, number>> => {
    const pictures = await drawQueries(gan, train.texts, train.noiseSeeds);
    const pictured = await drawQueries(gan, alike.texts, alike.seeds);
    const values: Record<string, number> = {};
    for (const { side, captions } of judges) {
      const raw = await side.source.of(pictures);
      const generated = standardise(raw, side.standard);
      const features = standardise(await side.source.of(pictured), side.standard);
      const same = { features, groups: alike.groups };
      Object.assign(values, sourceFigures(side, generated, classesOf(train), same), captions?.judge(raw));
      if (side !== colour.side) continue;
      Object.assign(values, ranks(centredReal, generated, train));
      values['eval/caption_spread'] = meanPairDistance(generated, firstNoise) / side.spread;
    }
    return values;
  };

  const ofUnseen = async (gan: Judged): Promise<Record<string, number>> => {
    if (unseen.texts.length === 0) return {};
    const pictures = await drawQueries(gan, unseen.texts, unseen.noiseSeeds);
    const values: Record<string, number> = {};
    for (const { side, unseenCaptions } of judges) {
      const raw = await side.source.of(pictures);
      const generated = standardise(raw, side.standard);
      Object.assign(
        values,
        unseenFigures(side, generated, classesOf(unseen)),
        unseenCaptions?.judge(raw),
        side === colour.side ? ranks(centredReal, generated, unseen, '_unseen') : {},
      );
    }
    return values;
  };

  return {
    description: `evaluated with ${judges.map(({ side: { source } }) => `${source.name} features ${source.hash.slice(0, 16)}`).join(' and ')}`,
    warnings:
      encoder && encoder.text.hash === embeddings.encoderHash
        ? [
            'eval/r_precision_joint asks the very text encoder that the generator is trained with: it flatters',
          ]
        : [],
    async evaluate(gan) {
      const values = { ...(await ofTraining(gan)), ...(await ofUnseen(gan)) };
      if (matches) {
        const { pictures: real, matching, mismatching } = matches;
        values['eval/match_gap'] = await matchGap(gan, real, matching, mismatching);
      }
      return values;
    },
  };
};
