/**
 * How well an encoder's vectors tell classes apart, as the paper measures it (CVPR 2016, sections 4.1 and 4.2;
 * classify_sje_tcnn.lua, retrieval_sje_tcnn.lua). A class's vector is the mean embedding of all its captions.
 *
 *   eval/zero_shot_accuracy   pictures of the validation classes, which no step has seen: is the own class's vector
 *                             the one with the highest score?           (chance: eval/zero_shot_chance)
 *   eval/precision_at_50      for each of those classes, the share of its own among the 50 pictures that score
 *                             highest; of a class with fewer pictures, among as many as it has, so that 1 can be
 *                             reached and chance stays below it         (chance: the same)
 *   eval/instance_accuracy    the same question as the first for what is drawn (the name) instead of the class
 *                                                                       (chance: eval/instance_chance)
 *   each also with `_train`, on the training classes
 */
import { type Dataset, plainPictures, type Split } from '@plumage/data';
import type { JointEmbedding } from '@plumage/model';
import { embedImages, embedTexts } from './embedding.ts';

const retrieved = 50;
/**
 * So many pictures of a split are looked at, evenly chosen. Unseen classes keep all their captions; of training classes
 * those of the pictures will do, of which CUB alone has 88,000.
 */
const mostPictures = 1000;

export interface ZeroShotEvaluator {
  evaluate(model: JointEmbedding): Promise<Record<string, number>>;
}

/** One row of [n, width]. */
export const row = (vectors: Float32Array, index: number, width: number): Float32Array =>
  vectors.subarray(index * width, (index + 1) * width);

export const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * Scores of every picture with every group: the embeddings' products.
 * @returns [groups][pictures]
 */
export const scoresOf = (
  groupVectors: readonly Float32Array[],
  pictures: Float32Array,
  width: number,
): number[][] =>
  groupVectors.map((vector) =>
    Array.from({ length: pictures.length / width }, (_, i) => dot(vector, row(pictures, i, width))),
  );

/** Share of pictures whose own group scores highest. @param truth the group of each picture */
export const accuracyOf = (scores: readonly (readonly number[])[], truth: readonly number[]): number => {
  const hits = truth.filter((group, picture) => {
    const own = scores[group]?.[picture] ?? Number.NaN;
    return scores.every((of, other) => other === group || (of[picture] ?? Number.NaN) < own);
  });
  return hits.length / truth.length;
};

/** Mean over groups of the share of own pictures among the first by score: `count`, or as many as the group has. */
export const precisionAt = (
  scores: readonly (readonly number[])[],
  truth: readonly number[],
  count: number,
): number => {
  const ofGroup = scores.map((of, group) => {
    const first = Math.min(count, truth.filter((own) => own === group).length);
    const ranked = [...truth.keys()].sort((a, b) => (of[b] ?? 0) - (of[a] ?? 0) || a - b);
    return ranked.slice(0, first).filter((picture) => truth[picture] === group).length / first;
  });
  return ofGroup.reduce((sum, share) => sum + share, 0) / scores.length;
};

interface Groups {
  /** The group of each looked-at picture. */
  readonly truth: readonly number[];
  /** Rows of the split's distinct texts, each as often as it occurs. */
  readonly texts: readonly (readonly number[])[];
}

interface Part {
  readonly pictures: readonly number[];
  readonly texts: readonly string[];
  readonly classes: Groups;
  readonly instances: Groups;
}

const listPart = (dataset: Dataset, split: Split): Part | null => {
  const items = dataset.items.flatMap((item, index) => (item.split === split ? [index] : []));
  if (items.length === 0) return null;
  const stride = Math.max(1, Math.ceil(items.length / mostPictures));
  const pictures = items.filter((_, place) => place % stride === 0);
  const described = split === 'train' ? pictures : items;
  const texts = [...new Set(described.flatMap((index) => dataset.items[index]?.captions ?? []))];
  const rowOf = new Map(texts.map((text, place) => [text, place]));
  const groupBy = (keyOf: (index: number) => string): Groups => {
    const keys = [...new Set(pictures.map(keyOf))];
    const captions = keys.map((): number[] => []);
    for (const index of described) {
      const into = captions[keys.indexOf(keyOf(index))];
      for (const caption of dataset.items[index]?.captions ?? []) into?.push(rowOf.get(caption) ?? 0);
    }
    return { truth: pictures.map((index) => keys.indexOf(keyOf(index))), texts: captions };
  };
  return {
    pictures,
    texts,
    classes: groupBy((index) => String(dataset.items[index]?.classId)),
    instances: groupBy((index) => dataset.items[index]?.name ?? ''),
  };
};

const meanOf = (vectors: Float32Array, rows: readonly number[], width: number): Float32Array => {
  const mean = new Float32Array(width);
  for (const index of rows) {
    row(vectors, index, width).forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / rows.length;
    });
  }
  return mean;
};

/** Of a guess, and of a ranking by chance: the mean over groups of their shares of the pictures is the same. */
const chanceOf = ({ texts }: Groups): number => 1 / texts.length;

const measure = async (
  model: JointEmbedding,
  dataset: Dataset,
  part: Part,
  suffix: string,
): Promise<Record<string, number>> => {
  const width = model.config.embeddingDim;
  const texts = await embedTexts(model.text, model.config, part.texts);
  const pictures = await embedImages(model.image, model.config, plainPictures(dataset, part.pictures));
  const scoresBy = ({ texts: rows }: Groups) =>
    scoresOf(
      rows.map((of) => meanOf(texts, of, width)),
      pictures,
      width,
    );
  const byClass = scoresBy(part.classes);
  return {
    [`eval/zero_shot_accuracy${suffix}`]: accuracyOf(byClass, part.classes.truth),
    [`eval/zero_shot_chance${suffix}`]: chanceOf(part.classes),
    [`eval/precision_at_50${suffix}`]: precisionAt(byClass, part.classes.truth, retrieved),
    [`eval/instance_accuracy${suffix}`]: accuracyOf(scoresBy(part.instances), part.instances.truth),
    [`eval/instance_chance${suffix}`]: chanceOf(part.instances),
  };
};

/** Lists what is looked at once; without validation classes only the `_train` figures are given. */
export const createZeroShotEvaluator = (dataset: Dataset): ZeroShotEvaluator => {
  const unseen = listPart(dataset, 'validation');
  const seen = listPart(dataset, 'train');
  return {
    async evaluate(model) {
      return {
        ...(unseen ? await measure(model, dataset, unseen, '') : {}),
        ...(seen ? await measure(model, dataset, seen, '_train') : {}),
      };
    },
  };
};
