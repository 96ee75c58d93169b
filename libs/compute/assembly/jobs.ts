/**
 * The kernels that several threads share: a kind, arguments in the control block (float64, in the order of the
 * kernel's parameters) and a part of the units that the kernel counts in. kernels/wasm-jobs.ts has the same list.
 */
import { batchNormApply, batchNormSums } from './batch-norm';
import { batchNormGradientApply, batchNormGradientSums } from './batch-norm-gradient';
import { convolve } from './convolution';
import { adam, leakyRelu, leakyReluGradient } from './elementwise';
import { filterGradient } from './filter-gradient';
import { packFilter, packFilterPhase } from './packing';
import { scatterGradient } from './scatter';
import { tanh } from './tanh';

const KIND: usize = 196;
const ARGUMENTS: usize = 256;

/** Elementwise kernels count in units of sixteen numbers, a cache line, so that only the last has a rest. */
const LINE: i32 = 16;

function int(control: usize, index: usize): i32 {
  return <i32>(<i64>f64.load(control + (index << 3), ARGUMENTS));
}

function float(control: usize, index: usize): f32 {
  return <f32>f64.load(control + (index << 3), ARGUMENTS);
}

function address(control: usize, index: usize): usize {
  return <usize>(<i64>f64.load(control + (index << 3), ARGUMENTS));
}

/** The units `from` to `to` of the job in the control block, by the thread of that number. */
export function runPart(control: usize, thread: i32, from: i32, to: i32): void {
  switch (load<i32>(control, KIND)) {
    case 0:
      packFilter(address(control, 0), address(control, 1), int(control, 2), int(control, 3), from, to);
      return;
    case 1:
      packFilterPhase(
        address(control, 0),
        address(control, 1),
        int(control, 2),
        int(control, 3),
        int(control, 4),
        int(control, 5),
        int(control, 6),
        int(control, 7),
        int(control, 8),
        int(control, 9),
        int(control, 10),
        from,
        to,
      );
      return;
    case 2:
      convolve(
        address(control, 0),
        int(control, 1),
        int(control, 2),
        int(control, 3),
        int(control, 4),
        address(control, 5),
        int(control, 6),
        int(control, 7),
        int(control, 8),
        int(control, 9),
        int(control, 10),
        int(control, 11),
        address(control, 12),
        int(control, 13),
        int(control, 14),
        int(control, 15),
        int(control, 16),
        int(control, 17),
        int(control, 18),
        address(control, 19) + <usize>thread * address(control, 20),
        from,
        to,
      );
      return;
    case 3:
      scatterGradient(
        address(control, 0),
        int(control, 1),
        int(control, 2),
        int(control, 3),
        address(control, 4),
        int(control, 5),
        int(control, 6),
        int(control, 7),
        int(control, 8),
        int(control, 9),
        int(control, 10),
        address(control, 11),
        int(control, 12),
        int(control, 13),
        int(control, 14),
        address(control, 15) + <usize>thread * address(control, 17),
        int(control, 16),
        from,
        to,
      );
      return;
    case 4:
      filterGradient(
        address(control, 0),
        int(control, 1),
        int(control, 2),
        int(control, 3),
        int(control, 4),
        address(control, 5),
        int(control, 6),
        int(control, 7),
        int(control, 8),
        int(control, 9),
        int(control, 10),
        int(control, 11),
        int(control, 12),
        int(control, 13),
        int(control, 14),
        address(control, 15),
        address(control, 16) + <usize>thread * address(control, 18),
        int(control, 17),
        from,
        to,
      );
      return;
    case 5:
      batchNormSums(
        address(control, 0),
        address(control, 1),
        int(control, 2),
        int(control, 3),
        address(control, 4),
        from,
        to,
      );
      return;
    case 6:
      batchNormApply(
        address(control, 0),
        address(control, 1),
        int(control, 2),
        float(control, 3),
        address(control, 4),
        address(control, 5),
        from,
        to,
      );
      return;
    case 7:
      batchNormGradientSums(
        address(control, 0),
        address(control, 1),
        address(control, 2),
        address(control, 3),
        address(control, 4),
        int(control, 5),
        int(control, 6),
        float(control, 7),
        address(control, 8),
        from,
        to,
      );
      return;
    case 8:
      batchNormGradientApply(
        address(control, 0),
        address(control, 1),
        address(control, 2),
        int(control, 3),
        float(control, 4),
        address(control, 5),
        address(control, 6),
        address(control, 7),
        address(control, 8),
        from,
        to,
      );
      return;
    default:
      runElements(control, from * LINE, min(to * LINE, int(control, 0)));
  }
}

/** An elementwise job: its first argument is the count of numbers; `start` and `end` are among them. */
function runElements(control: usize, start: i32, end: i32): void {
  const skip = (<usize>start) << 2;
  const count = end - start;
  switch (load<i32>(control, KIND)) {
    case 9:
      adam(
        address(control, 1) + skip,
        address(control, 2) + skip,
        address(control, 3) + skip,
        address(control, 4) + skip,
        address(control, 5) + skip,
        address(control, 6) + skip,
        address(control, 7) + skip,
        count,
        float(control, 8),
        float(control, 9),
        float(control, 10),
        float(control, 11),
      );
      return;
    case 10:
      leakyRelu(address(control, 1) + skip, address(control, 2) + skip, count, float(control, 3));
      return;
    case 11:
      leakyReluGradient(
        address(control, 1) + skip,
        address(control, 2) + skip,
        address(control, 3) + skip,
        count,
        float(control, 4),
      );
      return;
    case 12:
      tanh(address(control, 1) + skip, address(control, 2) + skip, count);
      return;
  }
}
