/**
 * Derivatives of convolutions, pooling and resizing. They run the Backprop kernels by name, so that each back
 * end brings its own: the wasm ones are in ../kernels.
 */
import { conv2d, engine, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Derivative } from './gradient.definition.ts';

type Pad =
  | 'same'
  | 'valid'
  | number
  | [[number, number], [number, number], [number, number], [number, number]];

interface ConvAttributes {
  readonly strides: [number, number];
  readonly pad: Pad;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'ceil' | 'round' | 'floor';
}

/** engine().runKernel, for kernels with one output. */
function run(kernel: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return engine().runKernel<Tensor>(kernel, inputs, { ...attributes });
}

function convAttributes(attributes: Readonly<Record<string, unknown>>): ConvAttributes {
  const { strides, pad, dataFormat, dimRoundingMode } = attributes as unknown as ConvAttributes;
  return { strides, pad, dataFormat, ...(dimRoundingMode ? { dimRoundingMode } : {}) };
}

/** dFilter of a convolution whose input was x and whose output's gradient is dy. */
function filterGradient(x: Tensor, dy: Tensor, filterShape: number[], attributes: ConvAttributes): Tensor {
  return run('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape });
}

/** A kernel whose derivative is another kernel with the same attributes. */
function pooled(
  kernel: string,
  gradKernel: string,
  names: { dy: string; x: string; y?: string },
): Derivative {
  return {
    kernel,
    inputs: [kernel.startsWith('Resize') ? 'images' : 'x'],
    ...(names.y ? { outputs: [true] } : {}),
    grad: (dy, saved, attributes) => ({
      [kernel.startsWith('Resize') ? 'images' : 'x']: () =>
        run(
          gradKernel,
          { [names.dy]: dy, [names.x]: saved.at(0), ...(names.y ? { [names.y]: saved.at(1) } : {}) },
          attributes,
        ),
    }),
  };
}

export const convolutionGradients: readonly Derivative[] = [
  {
    kernel: 'Conv2D',
    inputs: ['x', 'filter'],
    grad: (dy, saved, raw) => {
      const attributes = convAttributes(raw);
      const dilations = raw['dilations'] as number | number[];
      if ([dilations].flat().some((dilation) => dilation !== 1)) {
        throw new Error(`the gradient of conv2d is defined for dilation 1, got ${String(dilations)}`);
      }
      const [x, filter] = [saved.at(0), saved.at(1)];
      return {
        x: () => run('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
        filter: () => filterGradient(x, dy, filter.shape, attributes),
      };
    },
  },
  {
    kernel: 'Conv2DBackpropInput',
    inputs: ['dy', 'filter'],
    grad: (ddx, saved, raw) => {
      const attributes = convAttributes(raw);
      const [dy, filter] = [saved.at(0), saved.at(1) as Tensor4D];
      const { strides, pad, dataFormat, dimRoundingMode } = attributes;
      return {
        dy: () => conv2d(ddx as Tensor4D, filter, strides, pad, dataFormat, 1, dimRoundingMode),
        filter: () => filterGradient(ddx, dy, filter.shape, attributes),
      };
    },
  },
  pooled('MaxPool', 'MaxPoolGrad', { dy: 'dy', x: 'input', y: 'output' }),
  pooled('AvgPool', 'AvgPoolGrad', { dy: 'dy', x: 'input' }),
  pooled('ResizeBilinear', 'ResizeBilinearGrad', { dy: 'dy', x: 'images' }),
  pooled('ResizeNearestNeighbor', 'ResizeNearestNeighborGrad', { dy: 'dy', x: 'images' }),
];
