/** What the tests of this library share: a dataset drawn in memory, a text encoder of one-hot words, a listening reporter. */
import { createRng, type Hyperparameters, hyperparameters } from '@plumage/contract';
import { selectBackend } from '@plumage/compute';
import type { CaptionEmbeddings, Dataset, DatasetItem, Split } from '@plumage/data';
import type { Checkpoint, StoredCheckpoint } from './checkpoint.format.ts';
import type { Reporter, Sample, TrainDependencies } from './trainer.contract.ts';

export const useWasm = async (): Promise<void> => {
  await selectBackend('wasm');
};

const side = 64;
const splits: readonly Split[] = ['train', 'train', 'train', 'validation'];

/** Four classes of five coloured discs; the colour follows from the name, so that captions can be learnt. */
export const drawnDataset = (): Dataset => {
  const items = splits.flatMap((split, classId) =>
    Array.from({ length: 5 }, (_, i): DatasetItem => {
      const name = `disc ${classId}-${i}`;
      return {
        id: `drawn/${classId}-${i}`,
        name,
        classId,
        split,
        style: 'drawn',
        captions: [name, 'disc'],
        flippable: true,
      };
    }),
  );
  const pictures = items.map((item, index) => {
    const rng = createRng(index, 'colour');
    const colour = [rng.int(256), rng.int(256), rng.int(256)];
    const radius = 10 + 4 * item.classId;
    const rgba = new Uint8Array(side * side * 4);
    for (let pixel = 0; pixel < side * side; pixel++) {
      const inside = Math.hypot((pixel % side) - 32, Math.floor(pixel / side) - 32) < radius;
      rgba.set([...colour, inside ? 255 : 0], pixel * 4);
    }
    return rgba;
  });
  const picture = (index: number) => {
    const found = pictures[index];
    if (!found) throw new RangeError(`no item ${index}`);
    return found;
  };
  return {
    name: 'drawn',
    digest: 'd'.repeat(64),
    imageSize: side,
    recordSize: side,
    classes: splits.map((split, classId) => ({ name: `class ${classId}`, split })),
    items,
    rgba: picture,
    record: picture,
    card: {
      name: 'drawn',
      title: 'Drawn discs',
      digest: 'd'.repeat(64),
      imageSize: side,
      images: items.length,
      names: items.length,
      classes: [],
      splits: {
        train: { classes: 3, images: 15 },
        validation: { classes: 1, images: 5 },
        test: { classes: 0, images: 0 },
      },
      captions: { total: 40, unique: 21, derived: 0, perItem: { min: 2, median: 2, max: 2 } },
      licences: [],
      skipped: 0,
      notes: [],
    },
    skipped: [],
  };
};

const dimension = 8;

/** A direction for each text, from its letters. */
const vectorOf = (text: string): Float32Array => {
  const rng = createRng(1, text);
  return Float32Array.from({ length: dimension }, () => rng.normal() / Math.sqrt(dimension));
};

export const drawnEmbeddings = (dataset: Dataset): CaptionEmbeddings => ({
  dimension,
  encoderHash: 'e'.repeat(64),
  of: (item, caption) => vectorOf(dataset.items[item]?.captions[caption] ?? ''),
});

export const tinyRun = (overrides: Record<string, unknown> = {}): Hyperparameters =>
  hyperparameters.parse({
    preset: 'cpu-tiny',
    steps: 6,
    batch_size: 4,
    generator_width: 2,
    discriminator_width: 2,
    noise_dim: 4,
    projection_dim: 4,
    log_every: 1,
    sample_every: 0,
    checkpoint_every: 0,
    prompts: ['disc 0-0', 'disc 1-1'],
    ...overrides,
  });

export interface Heard {
  points: { step: number; values: Record<string, number> }[];
  samples: Sample[];
  checkpoints: StoredCheckpoint[];
  messages: string[];
}

/** Collects what is reported. Rates are left out of the points: they depend on the machine. */
export const listen = (): { reporter: Reporter; heard: Heard } => {
  const heard: Heard = { points: [], samples: [], checkpoints: [], messages: [] };
  const reporter: Reporter = {
    metrics: (step, values) => {
      const timeless = Object.entries(values).filter(
        ([name]) => name !== 'step_ms' && name !== 'images_per_second',
      );
      heard.points.push({ step, values: Object.fromEntries(timeless) });
    },
    sample: (sample) => void heard.samples.push(sample),
    checkpoint: (checkpoint) => void heard.checkpoints.push(checkpoint),
    message: (_, text) => void heard.messages.push(text),
  };
  return { reporter, heard };
};

/** Keeps checkpoints in memory. */
export const memoryStore = () => {
  const written: Checkpoint[] = [];
  return {
    written,
    store: {
      async write(checkpoint: Checkpoint): Promise<StoredCheckpoint> {
        written.push(checkpoint);
        return { step: checkpoint.state.step, folder: 'memory', files: [] };
      },
    },
  };
};

export const surroundings = (overrides: Partial<TrainDependencies> = {}): TrainDependencies => {
  const dataset = drawnDataset();
  let clock = 0;
  return {
    dataset,
    embeddings: drawnEmbeddings(dataset),
    encodeText: async (texts) => Float32Array.from(texts.flatMap((text) => [...vectorOf(text)])),
    reporter: listen().reporter,
    checkpoints: memoryStore().store,
    signal: new AbortController().signal,
    now: () => (clock += 10),
    command: () => 'continue',
    ...overrides,
  };
};
