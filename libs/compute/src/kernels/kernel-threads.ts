/**
 * The threads that help with a kernel. Each waits in WebAssembly (assembly/pool.ts) for the next job on the shared
 * memory; it sleeps while there is none, and keeps no process alive. They run no JavaScript of ours but the lines
 * below, which are a text so that a bundle needs no second file.
 */
import { Worker } from 'node:worker_threads';

const source = `
const { workerData } = require('node:worker_threads');
const { module, memory, control, thread } = workerData;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
try {
  kernels.serve(control, thread);
} catch (error) {
  kernels.fail(control);
  throw error;
}
`;

interface ThreadPlace {
  readonly module: object;
  /** A shared WebAssembly.Memory. */
  readonly memory: object;
  /** The address of the control block. */
  readonly control: number;
}

/** Starts the threads 1 to `count`; thread 0 is the caller. What they compute can be had without them, only slower. */
export function startThreads(count: number, place: ThreadPlace): void {
  for (let thread = 1; thread <= count; thread += 1) {
    const worker = new Worker(source, {
      eval: true,
      workerData: { ...place, thread },
      // Not the loaders and inspectors of the process: a thread needs none.
      execArgv: [],
      env: {},
      name: `kernel-${thread}`,
    });
    worker.on('error', (error) => {
      process.emitWarning(`A compute thread has ended; the others go on without it: ${error.message}`);
    });
    worker.unref();
  }
}
