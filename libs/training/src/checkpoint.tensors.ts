/**
 * Between checkpoint files and the back end: networks and optimisers to named arrays and back. Names are
 * `<network>/<parameter>`; Adam's moments are `<network>/<parameter>.first` and `.second`, RMSprop's mean squares
 * `<network>/<parameter>.square`. For every trainer.
 */
import { Adam, RmsProp } from '@plumage/compute';
import type { Network, Optimizer } from '@plumage/model';
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

/** RMSprop's mean squares by the network that it trains, copied. */
const captureRmsProps = async (
  optimizers: Readonly<Record<string, RmsProp>>,
): Promise<Map<string, NamedArray>> => {
  const optimizer = new Map<string, NamedArray>();
  for (const [prefix, rmsProp] of Object.entries(optimizers)) {
    for (const [name, square] of Object.entries(rmsProp.state().meanSquares)) {
      optimizer.set(`${prefix}/${name}.square`, await copyOut(square));
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

/** Steps of an optimiser, and what it trains: one that took no step has no state. */
const stepsOf = (
  prefix: string,
  updates: Readonly<Record<string, number>>,
  networks: Readonly<Record<string, Network>>,
): { steps: number; params: Readonly<Record<string, tf.Variable>> } => {
  const steps = updates[prefix];
  if (steps === undefined)
    throw new CheckpointCorrupt('state.json', `updates.${prefix}: the number is missing`);
  return { steps, params: steps > 0 ? (networks[prefix]?.params ?? {}) : {} };
};

/**
 * Puts back what `captureAdams` took.
 * @param networks what each optimiser trains, by the optimiser's name
 * @param updates steps of each
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
      const { steps, params } = stepsOf(prefix, updates, networks);
      const moments = Object.entries(params).map(([name, { shape }]) => [
        name,
        {
          first: take(optimizer, `${prefix}/${name}.first`, shape),
          second: take(optimizer, `${prefix}/${name}.second`, shape),
        },
      ]);
      adam.restore({ steps, moments: Object.fromEntries(moments) });
    }
  });

/** As `restoreAdams`, for what `captureRmsProps` took. @throws CheckpointCorrupt */
const restoreRmsProps = (
  optimizers: Readonly<Record<string, RmsProp>>,
  networks: Readonly<Record<string, Network>>,
  updates: Readonly<Record<string, number>>,
  optimizer: ReadonlyMap<string, NamedArray>,
): void =>
  tf.tidy(() => {
    for (const [prefix, rmsProp] of Object.entries(optimizers)) {
      const { steps, params } = stepsOf(prefix, updates, networks);
      const squares = Object.entries(params).map(([name, { shape }]) => [
        name,
        take(optimizer, `${prefix}/${name}.square`, shape),
      ]);
      rmsProp.restore({ steps, meanSquares: Object.fromEntries(squares) });
    }
  });

/** Those of one kind, by the network that they train. */
const ofKind = <O extends Optimizer>(
  optimizers: Readonly<Record<string, Optimizer>>,
  is: (optimizer: Optimizer) => optimizer is O,
): Record<string, O> =>
  Object.fromEntries(Object.entries(optimizers).filter((entry): entry is [string, O] => is(entry[1])));

const isAdam = (optimizer: Optimizer): optimizer is Adam => optimizer instanceof Adam;
const isRmsProp = (optimizer: Optimizer): optimizer is RmsProp => optimizer instanceof RmsProp;

/** What optimisers of either kind hold, copied. */
export const captureOptimizers = async (
  optimizers: Readonly<Record<string, Optimizer>>,
): Promise<Map<string, NamedArray>> =>
  new Map([
    ...(await captureAdams(ofKind(optimizers, isAdam))),
    ...(await captureRmsProps(ofKind(optimizers, isRmsProp))),
  ]);

/** As `restoreAdams`, for what `captureOptimizers` took. @throws CheckpointCorrupt */
export const restoreOptimizers = (
  optimizers: Readonly<Record<string, Optimizer>>,
  ...rest: [
    networks: Readonly<Record<string, Network>>,
    updates: Readonly<Record<string, number>>,
    optimizer: ReadonlyMap<string, NamedArray>,
  ]
): void => {
  restoreAdams(ofKind(optimizers, isAdam), ...rest);
  restoreRmsProps(ofKind(optimizers, isRmsProp), ...rest);
};
