/** What is kept of the paper's experiments, recorded.json: everything that docs/experiments.md says is computed from it. */

export interface RecordedRun {
  /** `sweep/run` */
  readonly name: string;
  readonly seed: number;
  readonly assignment: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly datasetDigest: string;
  readonly device: string;
  /** Seconds from its start to its end. */
  readonly seconds: number;
  /** The last value of each metric. */
  readonly figures: Readonly<Record<string, number>>;
  /** Of the metrics that are drawn: step and value. */
  readonly curves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** One interpolation of one run. */
export interface RecordedWay {
  readonly mode: string;
  readonly seed: number;
  /** What changes on the way. */
  readonly kind: 'sentences' | 'noise';
  /** The largest step between neighbours over the mean step, by the distance of their pixels: 1 is even. */
  readonly unevenness: number;
  readonly ends: readonly [string, string];
}

export interface Recorded {
  readonly commit: string;
  readonly judge: RecordedRun;
  readonly modes: readonly RecordedRun[];
  readonly generators: readonly RecordedRun[];
  readonly styles: readonly RecordedRun[];
  readonly ways: readonly RecordedWay[];
}

/** The paper's name of a run's mode, from c and the interpolation (section 4). */
export const modeOf = ({ cls_weight, interpolation }: Readonly<Record<string, unknown>>): string =>
  `GAN${interpolation === 'off' ? '' : '-INT'}${cls_weight === 0 ? '' : '-CLS'}`;

export const modeNames = ['GAN', 'GAN-CLS', 'GAN-INT', 'GAN-INT-CLS'] as const;

/** Captions of the grid; the last four are of classes that no step has seen. */
export const gridCaptions = [
  'tomato',
  'whale',
  'grapes',
  'broccoli',
  'tulip',
  'cactus',
  'maple leaf',
  'fallen leaf',
  'fork and knife',
] as const;

/** Metrics whose curves are kept. */
export const drawnMetrics = [
  'eval/reciprocal_rank_unseen',
  'eval/kid_joint_unseen',
  'eval/diversity',
  'eval/match_gap',
] as const;
