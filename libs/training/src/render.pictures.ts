/**
 * Pictures that a person asked for, from a checkpoint: what the contract plans, drawn as the training draws its own
 * grid, with the averaged generator, running statistics and the noise of a seed. So a caption and a seed of the grid
 * give the grid's picture to the byte (render.test.ts proves it). Neither dataset nor network is needed.
 */
import { plannedPictures, type RenderRequest } from '@plumage/contract';
import { imageSide, latentPath, type PathShape } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import type { CheckpointModel } from './checkpoint.format.ts';
import { drawPictures, encodePng, noiseOfSeed } from './picture.draw.ts';
import { RenderError } from './render.error.ts';
import { openGenerator, type RenderGenerator } from './render.generator.ts';
import { checkTrainer } from './resume.rule.ts';
import { decodeStyle, encodedStyles, styleNoises } from './render.style.ts';
import { standardText } from './text.standard.ts';

export interface RenderedPicture {
  /** As in the contract's plan. */
  readonly index: number;
  readonly prompt: string;
  readonly seed: number;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface RenderProgress {
  /** `style`: steps of the descent to the style pictures' noise. `draw`: pictures. */
  readonly stage: 'style' | 'draw';
  readonly done: number;
  readonly total: number;
}

export interface RenderDependencies {
  /** Names the weights of the encoder: the checkpoint must have been trained with them. */
  readonly encoderHash: string;
  /** [n, T], by that encoder. */
  readonly encodeText: (texts: readonly string[]) => Promise<Float32Array>;
  /** The files of `request.style`, by their sha256. Not read for other kinds. */
  readonly styleImages: ReadonlyMap<string, Uint8Array>;
  /** A style encoder of this checkpoint's generator; without one styles are found by descent. */
  readonly styleEncoder?: CheckpointModel | undefined;
  /** Aborting ends the work between two steps or blocks. */
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: RenderProgress) => void) | undefined;
}

/** What one picture is drawn from. */
interface Input {
  readonly text: Float32Array;
  readonly noise: Float32Array;
}

type Vectors = (captions: readonly string[]) => Promise<Float32Array[]>;

/** Says how far it is, lets the process's messages through, and throws the signal's reason. */
const stationOf =
  ({ signal, onProgress }: RenderDependencies, stage: RenderProgress['stage']) =>
  async (done: number, total: number): Promise<void> => {
    onProgress?.({ stage, done, total });
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };

/** Captions to standardised text vectors, each encoded once. */
const vectorsBy = (generator: RenderGenerator, { encodeText }: RenderDependencies): Vectors => {
  const { textDim } = generator.config;
  return async (captions) => {
    const distinct = [...new Set(captions)];
    const encoded = await encodeText(distinct);
    if (encoded.length !== distinct.length * textDim) {
      const length = encoded.length / distinct.length;
      throw new RenderError('RENDER_BAD_TEXT', 'encoder', `gives ${length} values a text`, `${textDim}`);
    }
    const row = (index: number) => encoded.subarray(index * textDim, (index + 1) * textDim);
    return captions.map((caption) => standardText(generator.standard, row(distinct.indexOf(caption))));
  };
};

const pathRows = async (
  from: Float32Array,
  to: Float32Array,
  positions: readonly number[],
  shape: PathShape,
): Promise<Float32Array[]> => {
  const path = tf.tidy(() => latentPath(tf.tensor1d(from), tf.tensor1d(to), positions, shape)); // [F, D]
  const values = (await path.data()) as Float32Array;
  path.dispose();
  return positions.map((_, frame) => values.slice(frame * from.length, (frame + 1) * from.length));
};

/** What draws, and the checkpoint that it is out of. */
interface Drawn {
  readonly generator: RenderGenerator;
  readonly checkpoint: CheckpointModel;
}

const inputsOf = async (drawn: Drawn, request: RenderRequest, deps: RenderDependencies): Promise<Input[]> => {
  const { generator } = drawn;
  const vectors = vectorsBy(generator, deps);
  const noise = (seed: number) => noiseOfSeed(seed, generator.config.noiseDim);
  const positions = plannedPictures(request).map(({ at }) => at ?? 0);
  switch (request.kind) {
    case 'CAPTIONS': {
      const noises = request.seeds.map(noise);
      const texts = await vectors(request.captions);
      return texts.flatMap((text) => noises.map((z) => ({ text, noise: z })));
    }
    case 'TEXT_INTERPOLATION': {
      const [from, to] = await vectors([request.from, request.to]);
      const texts = await pathRows(from as Float32Array, to as Float32Array, positions, request.path);
      const z = noise(request.seed);
      return texts.map((text) => ({ text, noise: z }));
    }
    case 'NOISE_INTERPOLATION': {
      const [text] = await vectors([request.caption]);
      const ends = [noise(request.fromSeed), noise(request.toSeed)] as const;
      const noises = await pathRows(...ends, positions, request.path);
      return noises.map((z) => ({ text: text as Float32Array, noise: z }));
    }
    case 'STYLE_TRANSFER':
      return styleInputs(drawn, request, vectors, deps);
  }
};

const styleInputs = async (
  { generator, checkpoint }: Drawn,
  request: Extract<RenderRequest, { kind: 'STYLE_TRANSFER' }>,
  vectors: Vectors,
  deps: RenderDependencies,
): Promise<Input[]> => {
  const pictures = await Promise.all(
    request.style.map((sha256, i) => {
      const bytes = deps.styleImages.get(sha256);
      if (bytes) return decodeStyle(bytes, `style[${i}]`);
      throw new RenderError(
        'RENDER_BAD_PICTURE',
        `style[${i}]`,
        `is ${sha256}`,
        'a picture that was handed over',
      );
    }),
  );
  const texts = await vectors(request.captions);
  if (deps.styleEncoder) {
    const styles = await encodedStyles(deps.styleEncoder, checkpoint, pictures);
    return styles.flatMap((noise) => texts.map((text) => ({ text, noise })));
  }
  // Standardised texts have mean zero: zeros are the mean caption, where nobody says what a picture shows.
  const [shown] = request.captionOfStyle === null ? [] : await vectors([request.captionOfStyle]);
  const unknown = new Float32Array(generator.config.textDim);
  const noises = await styleNoises(generator, pictures, shown ?? unknown, stationOf(deps, 'style'));
  return noises.flatMap((noise) => texts.map((text) => ({ text, noise })));
};

/**
 * @returns one picture for each that the contract plans, in its order
 * @throws RenderError, CheckpointCorrupt, CheckpointMismatch (of another trainer); DatasetError TEXT_EMPTY of the encoder; the signal's reason
 */
export const renderPictures = async (
  checkpoint: CheckpointModel,
  request: RenderRequest,
  deps: RenderDependencies,
): Promise<RenderedPicture[]> => {
  deps.signal.throwIfAborted();
  checkTrainer(checkpoint, 'gan-cls');
  const { encoderHash } = checkpoint.state;
  if (encoderHash !== deps.encoderHash) {
    const reason = `is ${encoderHash}: the run was trained with another text encoder`;
    throw new RenderError('RENDER_OTHER_ENCODER', 'encoderHash', reason, deps.encoderHash);
  }
  const generator = openGenerator(checkpoint);
  try {
    const inputs = await inputsOf({ generator, checkpoint }, request, deps);
    const station = stationOf(deps, 'draw');
    const values = await drawPictures(
      generator,
      inputs.map(({ text }) => text),
      inputs.map(({ noise }) => noise),
      (done) => station(done, inputs.length),
    );
    return await Promise.all(
      plannedPictures(request).map(async ({ index, prompt, seed }) => {
        const png = await encodePng(values, index);
        return { index, prompt, seed, png, width: imageSide, height: imageSide };
      }),
    );
  } finally {
    generator.dispose();
  }
};
