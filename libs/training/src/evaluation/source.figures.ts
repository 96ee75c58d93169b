/**
 * The figures that any features give, each named after its source (`_colour`, `_joint`), with what real pictures reach
 * beside it:
 *   eval/fid_<source>, _floor             Frechet distance generated to real, and between two halves of the real
 *   eval/kid_<source>, _floor             kernel distance likewise; eval/kid and eval/kid_floor for colours
 *   eval/class_accuracy_<source>, _real   the probe's accuracy on generated pictures, and on real ones left out of it
 *   eval/nearest_ratio_<source>           distance to the nearest training picture over that between training pictures
 *   eval/diversity, eval/diversity_joint  distance between pictures of one caption over that between real ones
 * and of captions of classes that no step has seen, against the real pictures of those classes:
 *   eval/kid_unseen, eval/kid_joint_unseen, _floor
 *   eval/class_accuracy_<source>_unseen, _real   a probe of those classes
 */
import { createRng } from '@plumage/contract';
import type { Split } from '@plumage/data';
import { smallestColourDeviation } from './colour-layout.features.ts';
import { balancedAccuracy, type ClassProbe, trainProbe } from './class.probe.ts';
import {
  type Features,
  type FeatureSource,
  pickRows,
  type Standard,
  standardise,
  standardOf,
} from './features.ts';
import { frechetDistance } from './frechet.distance.ts';
import { kernelDistance } from './kernel.distance.ts';
import { nearestRatio, realSpacing } from './nearest.real.ts';
import { meanPairDistance } from './pair.distance.ts';
import { type RealPool, rowsOf, shuffled } from './real.pictures.ts';

const mostKernelRows = 200;
const mostNearestRows = 400;
const mostUnseenRows = 400;
const mostProbeRows = 1000;
/** Every fifth name is kept from the probe. */
const heldOutEvery = 5;

/** The same of the validation classes. */
interface UnseenSide {
  readonly real: Features;
  readonly probe: ClassProbe | null;
}

/** What real pictures say once for all evaluations. */
export interface RealSide {
  readonly source: FeatureSource;
  readonly standard: Standard;
  /** Of the pool, standardised. */
  readonly real: Features;
  readonly firstHalf: Features;
  /** Mean distance between real pictures. */
  readonly spread: number;
  readonly nearest: Features;
  readonly spacing: number;
  readonly probe: ClassProbe | null;
  /** null where fewer than four pictures are held out: no halves to compare. */
  readonly unseen: UnseenSide | null;
  /** What is the same at every evaluation. */
  readonly constants: Readonly<Record<string, number>>;
}

const named = (figure: string, { name }: FeatureSource, part = ''): string =>
  figure === 'kid' && name === 'colour' ? `eval/kid${part}` : `eval/${figure}_${name}${part}`;

/** A probe that has not seen every fifth name, and how it does on those; null where there is but one class. */
const probeOf = (real: Features, pool: RealPool, split: Split) => {
  const rows = shuffled(rowsOf(pool, split), createRng(1, 'evaluation probe')).slice(0, mostProbeRows);
  const label = (row: number) => pool.items[row]?.classId ?? 0;
  const names = [...new Set(rows.map((row) => pool.items[row]?.name))];
  const kept = new Set(names.filter((_, i) => i % heldOutEvery === heldOutEvery - 1));
  const isKept = (row: number) => kept.has(pool.items[row]?.name);
  const learnt = rows.filter((row) => !isKept(row));
  const asked = rows.filter(isKept);
  const classes = [...new Set(learnt.map(label))];
  if (classes.length < 2) return { probe: null, accuracy: null };
  const within = trainProbe(
    pickRows(real, learnt),
    learnt.map((row) => classes.indexOf(label(row))),
    classes.length,
    real.length,
  );
  const probe: ClassProbe = {
    classify: (features) => within.classify(features).map((index) => classes[index] as number),
  };
  const found = probe.classify(pickRows(real, asked));
  return { probe, accuracy: asked.length > 0 ? balancedAccuracy(found, asked.map(label)) : null };
};

const unseenSideOf = (source: FeatureSource, real: Features, pool: RealPool) => {
  const all = rowsOf(pool, 'validation');
  if (all.length < 4) return { unseen: null, constants: {} };
  const rows = shuffled(all, createRng(1, 'evaluation unseen')).slice(0, mostUnseenRows);
  const half = Math.floor(rows.length / 2);
  const { probe, accuracy } = probeOf(real, pool, 'validation');
  return {
    unseen: { real: pickRows(real, rows), probe },
    constants: {
      [named('kid', source, '_unseen_floor')]: kernelDistance(
        pickRows(real, rows.slice(0, half)),
        pickRows(real, rows.slice(half)),
      ),
      ...(accuracy === null ? {} : { [named('class_accuracy', source, '_unseen_real')]: accuracy }),
    },
  };
};

/** @param trainRows training rows of the pool, in the order that halves are taken from */
export const realSideOf = (
  source: FeatureSource,
  raw: Features,
  pool: RealPool,
  trainRows: readonly number[],
): RealSide => {
  const smallest = source.name === 'colour' ? smallestColourDeviation : 1e-6;
  const standard = standardOf(pickRows(raw, rowsOf(pool, 'train')), smallest);
  const real = standardise(raw, standard);
  const half = Math.floor(trainRows.length / 2);
  const [firstHalf, secondHalf] = [
    pickRows(real, trainRows.slice(0, half)),
    pickRows(real, trainRows.slice(half)),
  ];
  const nearestRows = trainRows.slice(0, mostNearestRows);
  const nearest = pickRows(real, nearestRows);
  const { probe, accuracy } = probeOf(real, pool, 'train');
  const { unseen, constants } = unseenSideOf(source, real, pool);
  return {
    source,
    standard,
    real,
    firstHalf,
    spread: meanPairDistance(real, trainRows.slice(0, mostKernelRows)),
    nearest,
    spacing: realSpacing(
      nearest,
      nearestRows.map((row) => pool.items[row]?.name ?? ''),
    ),
    probe,
    unseen,
    constants: {
      [named('kid', source, '_floor')]: kernelDistance(firstHalf, secondHalf),
      [named('fid', source, '_floor')]: frechetDistance(firstHalf, secondHalf),
      ...(accuracy === null ? {} : { [named('class_accuracy', source, '_real')]: accuracy }),
      ...constants,
    },
  };
};

/**
 * @param generated of captions of the validation classes, standardised
 * @param classes of the item behind each
 */
export const unseenFigures = (
  { source, unseen }: RealSide,
  generated: Features,
  classes: readonly number[],
): Record<string, number> => ({
  ...(unseen ? { [named('kid', source, '_unseen')]: kernelDistance(generated, unseen.real) } : {}),
  ...(unseen?.probe
    ? {
        [named('class_accuracy', source, '_unseen')]: balancedAccuracy(
          unseen.probe.classify(generated),
          classes,
        ),
      }
    : {}),
});

/**
 * @param generated of the training captions, standardised
 * @param classes of the item behind each
 * @param alike pictures of a few captions, standardised, and the rows of each caption's
 */
export const sourceFigures = (
  side: RealSide,
  generated: Features,
  classes: readonly number[],
  alike: { features: Features; groups: readonly (readonly number[])[] },
): Record<string, number> => {
  const { source, probe } = side;
  const apart = alike.groups.reduce((sum, rows) => sum + meanPairDistance(alike.features, rows), 0);
  const diversity = source.name === 'colour' ? 'eval/diversity' : 'eval/diversity_joint';
  return {
    [named('kid', source)]: kernelDistance(generated, side.firstHalf),
    [named('fid', source)]: frechetDistance(generated, side.firstHalf),
    ...(probe
      ? { [named('class_accuracy', source)]: balancedAccuracy(probe.classify(generated), classes) }
      : {}),
    [named('nearest_ratio', source)]: nearestRatio(generated, side.nearest, side.spacing),
    [diversity]: apart / alike.groups.length / side.spread,
    ...side.constants,
  };
};
