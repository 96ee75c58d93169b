/**
 * What style verification asks of a dataset (Reed et al. 2016, section 5.2): views of pictures that no training saw,
 * and for each label of style that the data has, pairs of views of equal and of other style. The labels are the
 * colour behind what is drawn (the paper groups mean background colours), where its parts are (the paper: six
 * keypoints) and whose drawing it is. K-means groups colours and poses; a drawer is a group.
 */
import { createRng } from '@plumage/contract';
import type { Dataset } from '@plumage/data';
import { imageSide } from '@plumage/model';
import type { TrainDependencies } from '../trainer.contract.ts';
import { clusterPoints, type Point } from './k-means.ts';
import type { StyleGenerator } from './style.generator.ts';
import { drawPairs, type StylePairs } from './style.pairs.ts';
import { captionBatches } from './style.state.ts';

export const styleLabels = ['background', 'vendor', 'pose'] as const;
export type StyleLabel = (typeof styleLabels)[number];

export interface StyleQuestion extends StylePairs {
  readonly label: StyleLabel;
  /** Groups of equal style among the views. */
  readonly groups: number;
}

export interface StyleViews {
  readonly split: 'train' | 'validation';
  /** n of [64, 64, 3] in [-1, 1] */
  readonly pictures: readonly Float32Array[];
  /** n of [T]: what the pictures show, standardised. */
  readonly texts: readonly Float32Array[];
  readonly questions: readonly StyleQuestion[];
}

export interface QuestionOptions {
  /** Views that are drawn. */
  readonly views: number;
  /** K of K-means. */
  readonly clusters: number;
  readonly pairs: number;
}

/** A picture with less behind it is taken to fill its frame. */
const smallestTransparentShare = 0.02;
/** Of fewer views to a group hardly two would be of one style. */
const viewsPerGroup = 3;
/** Pixels at the edge of a photograph that count as what is behind. */
const frameWidth = 4;

const isCutOut = (rgba: Uint8Array): boolean => {
  let transparent = 0;
  for (let at = 3; at < rgba.length; at += 4) if ((rgba[at] as number) < 128) transparent++;
  return transparent >= (smallestTransparentShare * rgba.length) / 4;
};

/** Mean colour of the frame of [64, 64, 3], 0 to 255 each. */
const frameColour = (picture: Float32Array): Point => {
  const sums = [0, 0, 0];
  let count = 0;
  const isEdge = (at: number) => at < frameWidth || at >= imageSide - frameWidth;
  for (let y = 0; y < imageSide; y++) {
    for (let x = 0; x < imageSide; x++) {
      if (!isEdge(x) && !isEdge(y)) continue;
      count++;
      for (let c = 0; c < 3; c++) {
        const value = ((picture[(y * imageSide + x) * 3 + c] as number) + 1) * 127.5;
        sums[c] = (sums[c] as number) + value;
      }
    }
  }
  return sums.map((sum) => sum / count);
};

/** Coordinates of the parts, the mean place of a part where it is hidden; null unless all items have a pose. */
const posePoints = (dataset: Dataset, items: readonly number[]): Point[] | null => {
  const poses = items.map((item) => dataset.items[item]?.pose);
  const parts = poses[0]?.length ?? 0;
  if (parts === 0 || poses.some((pose) => pose?.length !== parts)) return null;
  const means = Array.from({ length: parts }, (_, part) => {
    const seen = poses.flatMap((pose) => (pose?.[part] ? [pose[part]] : []));
    const mean = (axis: 0 | 1) =>
      seen.length === 0 ? 0.5 : seen.reduce((sum, place) => sum + place[axis], 0) / seen.length;
    return [mean(0), mean(1)] as const;
  });
  return poses.map((pose) => means.flatMap((mean, part) => [...(pose?.[part] ?? mean)]));
};

/** Distinct names of a split: a wrong pair, and a question, needs two. */
const namesOf = (dataset: Dataset, split: StyleViews['split']): number =>
  new Set(dataset.items.flatMap((item) => (item.split === split ? [item.name] : []))).size;

/** The same data, clusters and pairs always give the same questions. Labels of one group ask nothing. */
export const askStyle = (
  generator: Pick<StyleGenerator, 'told' | 'standard'>,
  data: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
  { views, clusters, pairs }: QuestionOptions,
): StyleViews => {
  const { dataset } = data;
  const split = namesOf(dataset, 'validation') >= 2 ? 'validation' : 'train';
  const rng = createRng(1, 'style verification');
  const { augment_background: background } = generator.told;
  const batch = captionBatches(generator, data, { split, batchSize: views, rng, background }).next();
  const items = [...batch.itemIndexes];
  const rows = (values: Float32Array) =>
    items.map((_, i) =>
      values.slice((i * values.length) / items.length, ((i + 1) * values.length) / items.length),
    );
  const pictures = rows(batch.images);
  const shows = items.map((item) => dataset.items[item]?.name ?? '');

  const most = Math.min(clusters, Math.floor(items.length / viewsPerGroup));
  const grouped = (points: readonly Point[]) =>
    clusterPoints(points, most, createRng(1, 'style clusters')).labels;
  const backgrounds = items.map((item, i) =>
    isCutOut(dataset.rgba(item))
      ? [...batch.backgrounds.slice(3 * i, 3 * i + 3)]
      : frameColour(pictures[i] as Float32Array),
  );
  const poses = posePoints(dataset, items);
  const drawers = [...new Set(items.map((item) => dataset.items[item]?.style))];
  const labels: [StyleLabel, readonly number[]][] = [
    ['background', grouped(backgrounds)],
    ['vendor', items.map((item) => drawers.indexOf(dataset.items[item]?.style))],
    ...(poses ? [['pose', grouped(poses)] as [StyleLabel, readonly number[]]] : []),
  ];
  const questions = labels.flatMap(([label, of]) => {
    const drawn = drawPairs(of, shows, pairs, createRng(1, `style pairs ${label}`));
    return drawn ? [{ label, groups: new Set(of).size, ...drawn }] : [];
  });
  return { split, pictures, texts: rows(batch.text), questions };
};

/** For the run's log. */
export const describeQuestions = ({ split, pictures, questions }: StyleViews, clusters: number): string => {
  const asked = questions.map(
    ({ label, groups, pairs }) => `${label} (${groups} groups, ${pairs.length} pairs)`,
  );
  const fewer = questions.some(({ label, groups }) => label !== 'vendor' && groups < clusters);
  const left = styleLabels.filter((label) => questions.every((question) => question.label !== label));
  return [
    `style verification on ${pictures.length} views of ${split} pictures: ${asked.join(', ') || 'nothing can be asked'}`,
    ...(fewer ? [`${clusters} groups were asked for; the data has fewer`] : []),
    ...(left.length > 0 ? [`not asked, for all views are alike or unlabelled: ${left.join(', ')}`] : []),
  ].join('; ');
};
