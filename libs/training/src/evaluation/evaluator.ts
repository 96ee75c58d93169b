/**
 * The evaluation that runs beside training: the averaged generator draws pictures for a fixed list of captions with
 * fixed noise, and they are measured against real pictures in colour-layout features. The list depends on the
 * dataset alone, so that figures of different runs and seeds can be compared.
 *
 *   eval/r_precision         captions of training items: nearest of 1 true + 99 other items' pictures (chance 0.01)
 *   eval/reciprocal_rank     the same question, mean of 1 / rank (chance 0.052)
 *   eval/r_precision_unseen, eval/reciprocal_rank_unseen    the same for captions of the validation classes
 *   (both sides are centred first: only what differs between captions counts, a tint common to all does not)
 *   eval/kid, eval/kid_floor kernel distance generated to real, and between two halves of the real pictures
 *   eval/diversity           distance between pictures of the same caption, relative to that between real items
 *   eval/caption_spread      distance between pictures of different captions with the same noise, likewise
 */
import { createRng, type Rng } from '@plumage/contract';
import type { CaptionEmbeddings, Dataset, Split } from '@plumage/data';
import { type GanCls, imageSide } from '@plumage/model';
import { drawPictures, noiseOfSeed } from '../picture.draw.ts';
import { colourLayout, colourLayoutLength, smallestColourDeviation } from './colour-layout.features.ts';
import { centred, type Features, pickRows, type Standard, standardise, standardOf } from './features.ts';
import { kernelDistance } from './kernel.distance.ts';
import { meanPairDistance } from './pair.distance.ts';
import { rankTrueItem } from './r-precision.ts';

const mostQueries = 100;
const candidateCount = 100;
const noiseSeeds = [101, 102] as const;
const diversityCaptions = 8;
const diversitySeeds = [201, 202, 203, 204] as const;
const mostKernelRows = 200;

interface QueryList {
  texts: Float32Array[];
  noiseSeeds: number[];
  /** Rows of the real features, the true item first. */
  candidates: number[][];
}

export interface Evaluator {
  /** Metric values by name. Takes as long as about 450 rows of a generator's forward pass. */
  evaluate(gan: GanCls): Promise<Record<string, number>>;
}

const shuffled = <T>(values: readonly T[], rng: Rng): T[] => {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
};

/** Item i on white, [64, 64, 3] in [-1, 1], into `out`. */
const paste = (dataset: Dataset, item: number, out: Float32Array, at: number): void => {
  const rgba = dataset.rgba(item);
  for (let pixel = 0; pixel < imageSide * imageSide; pixel++) {
    const alpha = (rgba[pixel * 4 + 3] as number) / 255;
    for (let c = 0; c < 3; c++) {
      const value = alpha * (rgba[pixel * 4 + c] as number) + (1 - alpha) * 255;
      out[at + pixel * 3 + c] = value / 127.5 - 1;
    }
  }
};

const realFeatures = (dataset: Dataset): Features => {
  const values = new Float32Array(dataset.items.length * colourLayoutLength);
  const picture = new Float32Array(imageSide * imageSide * 3);
  dataset.items.forEach((_, item) => {
    paste(dataset, item, picture, 0);
    values.set(colourLayout(picture).values, item * colourLayoutLength);
  });
  return { rows: dataset.items.length, length: colourLayoutLength, values };
};

const rowsOf = (dataset: Dataset, split: Split): number[] =>
  dataset.items.flatMap((item, row) => (item.split === split ? [row] : []));

/** Up to 100 differently named items of a split, each with both noises, and 99 items of other names against each. */
const listQueries = (dataset: Dataset, embeddings: CaptionEmbeddings, split: Split, rng: Rng): QueryList => {
  const list: QueryList = { texts: [], noiseSeeds: [], candidates: [] };
  const names = new Set<string>();
  for (const row of shuffled(rowsOf(dataset, split), rng)) {
    const name = dataset.items[row]?.name ?? '';
    if (names.has(name) || names.size === mostQueries) continue;
    names.add(name);
    const strangers = dataset.items.flatMap((item, other) => (item.name === name ? [] : [other]));
    const candidates = [row, ...shuffled(strangers, rng).slice(0, candidateCount - 1)];
    for (const seed of noiseSeeds) {
      list.texts.push(embeddings.of(row, 0));
      list.noiseSeeds.push(seed);
      list.candidates.push(candidates);
    }
  }
  return list;
};

export const createEvaluator = (dataset: Dataset, embeddings: CaptionEmbeddings): Evaluator => {
  const rng = createRng(1, 'evaluation');
  const train = listQueries(dataset, embeddings, 'train', rng);
  const unseen = listQueries(dataset, embeddings, 'validation', rng);
  const trainRows = shuffled(rowsOf(dataset, 'train'), rng).slice(0, 2 * mostKernelRows);
  const raw = realFeatures(dataset);
  const standard: Standard = standardOf(pickRows(raw, rowsOf(dataset, 'train')), smallestColourDeviation);
  const real = standardise(raw, standard);
  const centredReal = centred(real);
  const half = Math.floor(trainRows.length / 2);
  const firstHalf = pickRows(real, trainRows.slice(0, half));
  const floor = kernelDistance(firstHalf, pickRows(real, trainRows.slice(half)));
  const realSpread = meanPairDistance(real, trainRows.slice(0, mostKernelRows));

  const draw = async (gan: GanCls, texts: readonly Float32Array[], seeds: readonly number[]) => {
    const noises = new Map(seeds.map((seed) => [seed, noiseOfSeed(seed, gan.config.noiseDim)]));
    const pictures = await drawPictures(
      gan,
      texts,
      seeds.map((seed) => noises.get(seed) as Float32Array),
    );
    return standardise(colourLayout(pictures), standard);
  };

  const sameCaption = async (gan: GanCls) => {
    const captions = train.texts.filter((_, i) => i % noiseSeeds.length === 0).slice(0, diversityCaptions);
    const texts = captions.flatMap((text) => diversitySeeds.map(() => text));
    const features = await draw(
      gan,
      texts,
      captions.flatMap(() => diversitySeeds),
    );
    const groups = captions.map((_, c) => diversitySeeds.map((__, s) => c * diversitySeeds.length + s));
    return groups.reduce((sum, rows) => sum + meanPairDistance(features, rows), 0) / groups.length;
  };

  return {
    async evaluate(gan) {
      const generated = await draw(gan, train.texts, train.noiseSeeds);
      const ofTrain = rankTrueItem(centred(generated), centredReal, train.candidates);
      const sameNoise = train.noiseSeeds.flatMap((seed, row) => (seed === noiseSeeds[0] ? [row] : []));
      const values: Record<string, number> = {
        'eval/r_precision': ofTrain.precision,
        'eval/reciprocal_rank': ofTrain.reciprocalRank,
        'eval/kid': kernelDistance(generated, firstHalf),
        'eval/kid_floor': floor,
        'eval/diversity': (await sameCaption(gan)) / realSpread,
        'eval/caption_spread': meanPairDistance(generated, sameNoise) / realSpread,
      };
      if (unseen.texts.length > 0) {
        const features = await draw(gan, unseen.texts, unseen.noiseSeeds);
        const ofUnseen = rankTrueItem(centred(features), centredReal, unseen.candidates);
        values['eval/r_precision_unseen'] = ofUnseen.precision;
        values['eval/reciprocal_rank_unseen'] = ofUnseen.reciprocalRank;
      }
      return values;
    },
  };
};
