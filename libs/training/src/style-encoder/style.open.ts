/**
 * A trained style encoder as what it is for: the styles of pictures. For renders and for whoever has a checkpoint folder;
 * neither dataset nor text is needed.
 */
import { styleEncoderHyperparameters } from '@plumage/contract';
import {
  disposeNetwork,
  encodeStyle,
  imageSide,
  loadNetwork,
  type Network,
  runningNormalize,
  type StyleConfig,
  styleSpecs,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { CheckpointCorrupt } from '../checkpoint.error.ts';
import type { CheckpointModel } from '../checkpoint.format.ts';
import { valuesOf } from '../checkpoint.tensors.ts';
import { checkTrainer } from '../resume.rule.ts';

export interface StyleEncoder {
  readonly noiseDim: number;
  /** Of the one generator whose noise it finds, see generatorHashOf. */
  readonly generatorHash: string;
  /**
   * @param pictures n of [64, 64, 3] in [-1, 1]
   * @returns n rows of [Z]
   */
  styleOf(pictures: readonly Float32Array[]): Promise<Float32Array[]>;
  dispose(): void;
}

const blockRows = 64;

/** S of pictures in blocks, with running statistics: [n, Z]. */
export const stylesOf = async (
  encoder: Network,
  config: StyleConfig,
  pictures: readonly Float32Array[],
): Promise<Float32Array[]> => {
  const styles: Float32Array[] = [];
  for (let from = 0; from < pictures.length; from += blockRows) {
    const block = pictures.slice(from, from + blockRows);
    const found = tf.tidy(() => {
      const images = tf.stack(block.map((picture) => tf.tensor3d(picture, [imageSide, imageSide, 3])));
      return encodeStyle(encoder, config, images, runningNormalize(encoder));
    }); // [<= 64, Z]
    const values = (await found.data()) as Float32Array;
    found.dispose();
    const row = (index: number) => values.slice(index * config.noiseDim, (index + 1) * config.noiseDim);
    styles.push(...block.map((_, index) => row(index)));
  }
  return styles;
};

/**
 * @throws CheckpointCorrupt when a tensor is missing or of another shape, or the configuration cannot be read;
 * CheckpointMismatch when the checkpoint is not a style encoder's
 */
export const openStyleEncoder = ({ state, model }: CheckpointModel): StyleEncoder => {
  checkTrainer({ state }, 'style-encoder');
  const parsed = styleEncoderHyperparameters.safeParse(state.config);
  const noiseDim = model.get('style/noise.bias')?.shape[0];
  if (!parsed.success || noiseDim === undefined || state.generatorHash === undefined) {
    const [issue] = parsed.error?.issues ?? [];
    const reason = issue
      ? `config.${issue.path.join('.')}: ${issue.message}`
      : 'style/noise.bias or generatorHash is missing';
    throw new CheckpointCorrupt('state.json', reason);
  }
  const { width, activation_quirk: activationQuirk } = parsed.data;
  const config = { noiseDim, width, activationQuirk };
  const network = loadNetwork(styleSpecs(config), (name, shape) => valuesOf(model, `style/${name}`, shape));
  return {
    noiseDim,
    generatorHash: state.generatorHash,
    styleOf: (pictures) => stylesOf(network, config, pictures),
    dispose: () => disposeNetwork(network),
  };
};
