/** The arguments of a convolution's kernels, resolved from its attributes the way tfjs resolves them. */
import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

/** The sizes of a convolution. Throws for what the wasm kernels do not know: dilation and NCHW. */
export function convGeometry(inputShape: number[], filterShape: number[], attributes: NamedAttrMap) {
  const { strides, pad, dataFormat, dimRoundingMode } = attributes as {
    strides: number | [number, number];
    pad: 'same' | 'valid' | number;
    dataFormat: 'NHWC' | 'NCHW';
    dimRoundingMode?: 'ceil' | 'round' | 'floor';
  };
  if (dataFormat !== 'NHWC') throw new Error(`the wasm convolution kernels know NHWC, got ${dataFormat}`);
  return backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    'channelsLast',
  );
}
