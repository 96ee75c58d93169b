/** A step's pictures as a table: a column for each prompt, a row for each seed, each cell at its place for good. */
export interface GridSample {
  readonly id: string;
  readonly prompt: string;
  readonly promptIndex: number;
  readonly seed: number;
  readonly kind: string;
}

export interface SampleGrid<Sample> {
  readonly prompts: readonly { readonly index: number; readonly text: string }[];
  readonly seeds: readonly number[];
  /** By `cellKey(promptIndex, seed)`. */
  readonly cells: ReadonlyMap<string, Sample>;
}

export const cellKey = (promptIndex: number, seed: number): string => `${promptIndex}:${seed}`;

/** Lays out the pictures of kind TRAIN_GRID; when there are none of that kind, all of them. */
export const layOutSamples = <Sample extends GridSample>(samples: readonly Sample[]): SampleGrid<Sample> => {
  const grid = samples.filter((sample) => sample.kind === 'TRAIN_GRID');
  const used = grid.length > 0 ? grid : samples;
  const prompts = new Map(used.map((sample) => [sample.promptIndex, sample.prompt]));
  return {
    prompts: [...prompts].sort(([a], [b]) => a - b).map(([index, text]) => ({ index, text })),
    seeds: [...new Set(used.map((sample) => sample.seed))].sort((a, b) => a - b),
    cells: new Map(used.map((sample) => [cellKey(sample.promptIndex, sample.seed), sample])),
  };
};

/** The step to show: the one asked for if it exists, else the nearest below it, else the newest; null without any. */
export const stepToShow = (steps: readonly number[], asked: number | null): number | null => {
  if (asked === null) return steps.at(-1) ?? null;
  return steps.findLast((step) => step <= asked) ?? steps.at(0) ?? null;
};
