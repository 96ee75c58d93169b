/**
 * Between checkpoint files and the back end: networks and optimisers to named arrays and back. Names are
 * `<network>/<parameter>`; moments are `<network>/<parameter>.first` and `.second`. For every trainer.
 */
import type { Adam } from '@plumage/compute';
import type { Network } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import type { NamedArray } from './safetensors.codec.ts';

/** All variables of some networks by checkpoint name. */
const variablesOf = (networks: Readonly<Record<string, Network>>): [string, tf.Variable][] =>
  Object.entries(networks).flatMap(([prefix, { params, running }]) =>
    Object.entries({ ...params, ...running }).map(([name, variable]): [string, tf.Variable] => [
      `${prefix}/${name}`,
      variable,
    ]),
  );

export const copyOut = async (tensor: tf.Tensor): Promise<NamedArray> => ({
  shape: tensor.shape,
  data: new Float32Array(await tensor.data()),
});

/** Parameters and running statistics, copied. */
export const captureNetworks = async (
  networks: Readonly<Record<string, Network>>,
): Promise<Map<string, NamedArray>> => {
  const model = new Map<string, NamedArray>();
  for (const [name, variable] of variablesOf(networks)) model.set(name, await copyOut(variable));
  return model;
};

/** Adam's moments by the network that it trains, copied. */
export const captureAdams = async (
  adams: Readonly<Record<string, Adam>>,
): Promise<Map<string, NamedArray>> => {
  const optimizer = new Map<string, NamedArray>();
  for (const [prefix, adam] of Object.entries(adams)) {
    for (const [name, moments] of Object.entries(adam.state().moments)) {
      optimizer.set(`${prefix}/${name}.first`, await copyOut(moments.first));
      optimizer.set(`${prefix}/${name}.second`, await copyOut(moments.second));
    }
  }
  return optimizer;
};

/** @throws CheckpointCorrupt when the array is missing or of another shape */
export const valuesOf = (
  arrays: ReadonlyMap<string, NamedArray>,
  name: string,
  shape: readonly number[],
): Float32Array => {
  const found = arrays.get(name);
  if (!found) throw new CheckpointCorrupt(name, 'the tensor is missing');
  if (found.shape.join() !== shape.join()) {
    throw new CheckpointCorrupt(name, `expected shape [${shape.join()}], found [${found.shape.join()}]`);
  }
  return found.data;
};

/** The array as a tensor; inside a tidy. @throws CheckpointCorrupt */
export const take = (
  arrays: ReadonlyMap<string, NamedArray>,
  name: string,
  shape: readonly number[],
): tf.Tensor => tf.tensor(valuesOf(arrays, name, shape), [...shape], 'float32');

/** Assigns what `captureNetworks` took. @throws CheckpointCorrupt */
export const restoreNetworks = (
  networks: Readonly<Record<string, Network>>,
  model: ReadonlyMap<string, NamedArray>,
): void =>
  tf.tidy(() => {
    for (const [name, variable] of variablesOf(networks)) variable.assign(take(model, name, variable.shape));
  });

/**
 * Puts back what `captureAdams` took.
 * @param networks what each optimiser trains, by the optimiser's name
 * @param updates steps of each; one that took none has no moments
 * @throws CheckpointCorrupt
 */
export const restoreAdams = (
  adams: Readonly<Record<string, Adam>>,
  networks: Readonly<Record<string, Network>>,
  updates: Readonly<Record<string, number>>,
  optimizer: ReadonlyMap<string, NamedArray>,
): void =>
  tf.tidy(() => {
    for (const [prefix, adam] of Object.entries(adams)) {
      const moments: Record<string, { first: tf.Tensor; second: tf.Tensor }> = {};
      const steps = updates[prefix];
      if (steps === undefined)
        throw new CheckpointCorrupt('state.json', `updates.${prefix}: the number is missing`);
      for (const [name, { shape }] of Object.entries(steps > 0 ? (networks[prefix]?.params ?? {}) : {})) {
        moments[name] = {
          first: take(optimizer, `${prefix}/${name}.first`, shape),
          second: take(optimizer, `${prefix}/${name}.second`, shape),
        };
      }
      adam.restore({ steps, moments });
    }
  });
