/**
 * A trained text encoder out of a checkpoint folder: as a TextEncoder that captions are embedded with, and, where it
 * was trained beside one, its image encoder as a function from pictures to features, for evaluations. Both are named
 * by a hash of their weights, so that two checkpoints with equal weights are one encoder and no cache can mix two. A
 * folder that is not there, or is no text encoder's, is an error: nothing is ever drawn at random.
 */
import { createHash } from 'node:crypto';
import { type TextEncoderHyperparameters, textEncoderHyperparameters } from '@plumage/contract';
import { DatasetError, type EncodeOptions, type TextEncoder } from '@plumage/data';
import {
  disposeNetwork,
  imageEncoderSpecs,
  loadNetwork,
  type Network,
  type TextEncoderConfig,
  textEncoderSpecs,
} from '@plumage/model';
import { CheckpointCorrupt, CheckpointMismatch } from '../checkpoint.error.ts';
import type { CheckpointModel } from '../checkpoint.format.ts';
import { readModel } from '../checkpoint.store.ts';
import { valuesOf } from '../checkpoint.tensors.ts';
import { checkTrainer } from '../resume.rule.ts';
import { embedImages, embedTexts } from './embedding.ts';
import { textEncoderConfigOf } from './objective.ts';

/** Pictures to features, by a network that is not the one under training. */
export interface ImageFeatures {
  readonly name: 'joint-embedding';
  /** sha256 (hex) of the image encoder's weights and statistics. */
  readonly hash: string;
  /** d */
  readonly dimension: number;
  /** @param pictures [n, 64, 64, 3] in [-1, 1] @returns [n, d] */
  encode(pictures: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

/** Both sides of one checkpoint. Disposing of one leaves the other. */
export interface JointEncoder {
  readonly text: TextEncoder;
  readonly image: ImageFeatures;
  /** sha256 (hex) of both sides' weights. */
  readonly hash: string;
}

/** Over the names, shapes and values of one network, by name; and over what shapes cannot tell. */
const hashOf = (model: CheckpointModel['model'], prefix: string, variant: string): string => {
  const hash = createHash('sha256').update(`${prefix} ${variant}`);
  for (const name of [...model.keys()].filter((key) => key.startsWith(`${prefix}/`)).sort()) {
    const { shape, data } = model.get(name) as { shape: readonly number[]; data: Float32Array };
    hash.update(`\0${name}\0${shape.join()}\0`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
};

/** The network, put on the back end at first use. */
const lazily = (load: () => Network) => {
  let network: Network | null = null;
  return {
    get: () => (network ??= load()),
    dispose() {
      if (network) disposeNetwork(network);
      network = null;
    },
  };
};

/** As captions are: lower case, white space collapsed. @throws DatasetError TEXT_EMPTY */
const normalText = (text: string, row: number): string => {
  const normal = text.toLowerCase().replace(/\s+/g, ' ').trim();
  if (normal === '') throw new DatasetError('TEXT_EMPTY', `text ${row} is empty; expected words to encode`);
  return normal;
};

const textSide = (config: TextEncoderConfig, { model }: CheckpointModel, hash: string): TextEncoder => {
  const side = lazily(() =>
    loadNetwork(textEncoderSpecs(config), (name, shape) => valuesOf(model, `text/${name}`, shape)),
  );
  return {
    name: 'char-cnn-rnn',
    hash,
    dimension: config.embeddingDim,
    encode(texts, { onProgress, signal }: EncodeOptions = {}) {
      return embedTexts(side.get(), config, texts.map(normalText), (done) => {
        signal?.throwIfAborted();
        onProgress?.({ stage: 'embed', done, total: texts.length });
      });
    },
    dispose: side.dispose,
  };
};

const imageSideOf = (config: TextEncoderConfig, { model }: CheckpointModel, hash: string): ImageFeatures => {
  const side = lazily(() =>
    loadNetwork(imageEncoderSpecs(config), (name, shape) => valuesOf(model, `image/${name}`, shape)),
  );
  return {
    name: 'joint-embedding',
    hash,
    dimension: config.embeddingDim,
    encode: (pictures) => embedImages(side.get(), config, pictures),
    dispose: side.dispose,
  };
};

interface Told {
  readonly config: TextEncoderConfig;
  readonly objective: TextEncoderHyperparameters['objective'];
}

/** What the checkpoint's own run was told. @throws CheckpointMismatch, CheckpointCorrupt */
const toldBy = (checkpoint: CheckpointModel, where: string): Told => {
  checkTrainer(checkpoint, 'text-encoder');
  const parsed = textEncoderHyperparameters.safeParse(checkpoint.state.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const reason = `config.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new CheckpointCorrupt(`${where}/state.json`, reason);
  }
  return { config: textEncoderConfigOf(parsed.data), objective: parsed.data.objective };
};

/** Every parameter is there in its shape, before any is used. @throws CheckpointCorrupt */
const checkComplete = (
  { model }: CheckpointModel,
  prefix: 'text' | 'image',
  specs: ReturnType<typeof textEncoderSpecs>,
): void => {
  for (const { name, shape } of specs) valuesOf(model, `${prefix}/${name}`, shape);
};

/**
 * The text side, whatever the encoder was trained beside.
 * @param where how errors name the place
 * @throws CheckpointMismatch when the checkpoint is of another trainer; CheckpointCorrupt when a tensor is missing
 */
export const textSideOf = (checkpoint: CheckpointModel, where: string): TextEncoder => {
  const { config } = toldBy(checkpoint, where);
  checkComplete(checkpoint, 'text', textEncoderSpecs(config));
  return textSide(config, checkpoint, hashOf(checkpoint.model, 'text', config.variant));
};

/** @throws as textSideOf; CheckpointMismatch when it was trained on captions alone and has no image side */
export const jointEncoderOf = (checkpoint: CheckpointModel, where: string): JointEncoder => {
  const { config, objective } = toldBy(checkpoint, where);
  if (objective !== 'image-text') {
    throw new CheckpointMismatch([
      `it has no image side to measure pictures with: it was trained with objective ${objective}, expected image-text`,
    ]);
  }
  checkComplete(checkpoint, 'image', imageEncoderSpecs(config));
  const text = textSideOf(checkpoint, where);
  const ofImage = hashOf(checkpoint.model, 'image', '');
  return {
    text,
    image: imageSideOf(config, checkpoint, ofImage),
    hash: createHash('sha256').update(`${text.hash} ${ofImage}`).digest('hex'),
  };
};

/** @throws CheckpointCorrupt when the folder is not there or damaged; as textSideOf */
export const openTextSide = async (folder: string): Promise<TextEncoder> =>
  textSideOf(await readModel(folder), folder);

/** @throws CheckpointCorrupt when the folder is not there or damaged; as jointEncoderOf */
export const openJointEncoder = async (folder: string): Promise<JointEncoder> =>
  jointEncoderOf(await readModel(folder), folder);
