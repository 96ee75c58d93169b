/**
 * How well an encoder's vectors of captions tell things apart where no image encoder was trained beside it. Of each thing
 * (what a picture shows: an emoji's name, a COCO picture) that has two captions, one is asked and another is the answer,
 * drawn once by the thing's name.
 *
 *   eval/caption_retrieval        does the asked caption score highest with the answer of its own thing, among those of
 *                                 all?                                     (chance: eval/caption_retrieval_chance)
 *   eval/caption_class_accuracy   does it score highest with its own class's vector: the mean embedding of all captions
 *                                 of the class's things, itself left out?  (chance: eval/caption_class_chance)
 *   each also with `_train`, on the training classes
 *
 * Equal scores are no hit, so that an encoder that gives one vector for all texts has 0. Where every picture is a class of
 * its own, both ask for the picture.
 */
import { createRng } from '@plumage/contract';
import type { Dataset, Split } from '@plumage/data';
import type { CaptionEmbedding } from '@plumage/model';
import { embedTexts } from './embedding.ts';
import { accuracyOf, dot, row, scoresOf } from './zero-shot.evaluation.ts';

/** So many things of a split are looked at, evenly chosen. */
const mostThings = 1000;

export interface CaptionEvaluator {
  evaluate(model: Pick<CaptionEmbedding, 'text' | 'config'>): Promise<Record<string, number>>;
}

interface Thing {
  readonly classId: number;
  /** Different texts, at least two; the first is asked, the second is the answer. */
  readonly captions: readonly string[];
}

/** The captions of a thing with the two that are looked at in front. */
const drawTwo = (name: string, captions: readonly string[]): string[] => {
  const rng = createRng(1, `captions of ${name}`);
  const rest = [...captions];
  return [0, 1].flatMap(() => rest.splice(rng.int(rest.length), 1)).concat(rest);
};

const listThings = (dataset: Dataset, split: Split): Thing[] => {
  const byName = new Map<string, { classId: number; captions: Set<string> }>();
  for (const item of dataset.items) {
    if (item.split !== split) continue;
    const thing = byName.get(item.name) ?? { classId: item.classId, captions: new Set() };
    byName.set(item.name, thing);
    for (const caption of item.captions) thing.captions.add(caption);
  }
  const pairs = [...byName].filter(([, { captions }]) => captions.size >= 2);
  const stride = Math.max(1, Math.ceil(pairs.length / mostThings));
  return pairs
    .filter((_, place) => place % stride === 0)
    .map(([name, { classId, captions }]) => ({ classId, captions: drawTwo(name, [...captions]) }));
};

/** Sum over some rows. */
const sumOf = (vectors: Float32Array, rows: readonly number[], width: number): Float32Array => {
  const sum = new Float32Array(width);
  for (const index of rows) {
    row(vectors, index, width).forEach((value, i) => {
      sum[i] = (sum[i] as number) + value;
    });
  }
  return sum;
};

/** Rows of [n, width], of which a thing has some: its first is asked, its second the answer. */
export interface Embedded {
  readonly vectors: Float32Array;
  readonly width: number;
  readonly things: readonly { readonly classId: number; readonly rows: readonly number[] }[];
}

/** Share of asked captions that score highest with their own answer. */
export const retrievalOf = ({ vectors, width, things }: Embedded): number => {
  const vectorAt = (index = 0): Float32Array => row(vectors, index, width);
  const answers = things.map(({ rows }) => vectorAt(rows[1]));
  const asked = Float32Array.from(things.flatMap(({ rows }) => [...vectorAt(rows[0])]));
  return accuracyOf(scoresOf(answers, asked, width), [...things.keys()]);
};

/** Share of asked captions that score highest with their own class's other captions. */
export const classAccuracyOf = ({ vectors, width, things }: Embedded): number => {
  const classes = [...new Set(things.map(({ classId }) => classId))];
  const rowsOf = classes.map((id) => things.flatMap(({ classId, rows }) => (classId === id ? rows : [])));
  const sums = rowsOf.map((rows) => sumOf(vectors, rows, width));
  const truth = things.map(({ classId }) => classes.indexOf(classId));
  const scores = sums.map((sum, place) =>
    things.map(({ rows }, thing) => {
      const asked = row(vectors, rows[0] ?? 0, width);
      const count = rowsOf[place]?.length ?? 0;
      if (truth[thing] !== place) return dot(sum, asked) / count;
      return (dot(sum, asked) - dot(asked, asked)) / (count - 1);
    }),
  );
  return accuracyOf(scores, truth);
};

const measure = async (
  { text, config }: Pick<CaptionEmbedding, 'text' | 'config'>,
  things: readonly Thing[],
  suffix: string,
): Promise<Record<string, number>> => {
  if (things.length === 0) return {};
  const texts = [...new Set(things.flatMap(({ captions }) => captions))];
  const rowOf = new Map(texts.map((caption, place) => [caption, place]));
  const embedded: Embedded = {
    vectors: await embedTexts(text, config, texts),
    width: config.embeddingDim,
    things: things.map(({ classId, captions }) => ({
      classId,
      rows: captions.map((caption) => rowOf.get(caption) ?? 0),
    })),
  };
  return {
    [`eval/caption_retrieval${suffix}`]: retrievalOf(embedded),
    [`eval/caption_retrieval_chance${suffix}`]: 1 / things.length,
    [`eval/caption_class_accuracy${suffix}`]: classAccuracyOf(embedded),
    [`eval/caption_class_chance${suffix}`]: 1 / new Set(things.map(({ classId }) => classId)).size,
  };
};

/** Lists what is looked at once; a split without a thing that has two captions gives no figure. */
export const createCaptionEvaluator = (dataset: Dataset): CaptionEvaluator => {
  const unseen = listThings(dataset, 'validation');
  const seen = listThings(dataset, 'train');
  return {
    evaluate: async (model) => ({
      ...(await measure(model, unseen, '')),
      ...(await measure(model, seen, '_train')),
    }),
  };
};
