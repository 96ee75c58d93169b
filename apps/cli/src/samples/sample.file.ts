/** Where an exported picture lies, and its line in index.jsonl. */
import type { SampleTileFragment } from '@plumage/api-client/operations';

/** One line of index.jsonl. */
export interface IndexEntry {
  /** Relative to the folder, with forward slashes. */
  readonly file: string;
  readonly sha256: string;
  readonly caption: string;
  readonly promptIndex: number;
  readonly seed: number;
  readonly step: number;
  /** Of the graph's SampleKind, in lower case. */
  readonly kind: string;
  /** Which of the run's renders it is of; null for a picture of the training itself. */
  readonly render: number | null;
  readonly width: number;
  readonly height: number;
  readonly run: string;
  readonly runId: string;
  readonly sweep: string;
  readonly sweepId: string;
  readonly createdAt: string;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/**
 * `heron-0003/step-002000-prompt-01-seed-7.png`: sorted by name is sorted by step, then prompt, then seed. Of the
 * run's third render: `heron-0003/step-002000-render-3-prompt-01-seed-7.png`.
 */
const fileOf = (sample: SampleTileFragment): string => {
  const kind = sample.kind === 'TRAIN_GRID' ? '' : `-${sample.kind.toLowerCase().replaceAll('_', '-')}`;
  const render = sample.renderNumber === null ? '' : `-${sample.renderNumber}`;
  // A run's name is the server's to choose, and must not lead out of the folder.
  const folder = sample.run.name.replaceAll(/[^\w-]/g, '_');
  return `${folder}/step-${pad(sample.step, 6)}${kind}${render}-prompt-${pad(sample.promptIndex, 2)}-seed-${sample.seed}.png`;
};

/** The content's address, out of the picture's own. @throws Error when the server addresses pictures otherwise */
const shaOf = (url: string): string => {
  const sha256 = /\/blobs\/([0-9a-f]{64})(?:$|[/?#])/.exec(url)?.[1];
  if (sha256 === undefined)
    throw new Error(`"${url}" is not the address of a blob; expected /blobs/ and a sha256.`);
  return sha256;
};

export const indexEntry = (sample: SampleTileFragment): IndexEntry => ({
  file: fileOf(sample),
  sha256: shaOf(sample.url),
  caption: sample.prompt,
  promptIndex: sample.promptIndex,
  seed: sample.seed,
  step: sample.step,
  kind: sample.kind.toLowerCase(),
  render: sample.renderNumber,
  width: sample.width,
  height: sample.height,
  run: sample.run.name,
  runId: sample.run.id,
  sweep: sample.run.sweep.name,
  sweepId: sample.run.sweep.id,
  createdAt: sample.createdAt,
});
