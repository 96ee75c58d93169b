/** Whether the current back end has a kernel; an op without one is composed of ordinary tfjs ops instead. */
import { getBackend, getKernel } from '@tensorflow/tfjs-core';

export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) != null;
}
