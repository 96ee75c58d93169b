/** Runs studies on all cores: as many threads, each with one study at a time, in the order of the requests. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StudyRequest } from './study.ts';
import type { StudyAnswer } from './study.worker.ts';

export interface FinishedStudy {
  readonly request: StudyRequest;
  readonly regrets: readonly number[];
  readonly seconds: number;
}

/** @throws Error when a study fails, with its request */
export const runStudies = async (
  requests: readonly StudyRequest[],
  finished: (study: FinishedStudy) => void,
): Promise<void> => {
  const queue = [...requests].reverse();
  const drain = async (worker: Worker): Promise<void> => {
    for (let request = queue.pop(); request !== undefined; request = queue.pop()) {
      worker.postMessage(request);
      const [answer] = (await once(worker, 'message')) as [StudyAnswer];
      if ('error' in answer) {
        queue.length = 0;
        throw new Error(`${JSON.stringify(request)}: ${answer.error}`);
      }
      finished({ request, ...answer });
    }
  };
  const size = Math.min(availableParallelism(), requests.length);
  const workers = Array.from(
    { length: size },
    () => new Worker(new URL('./study.thread.mjs', import.meta.url)),
  );
  try {
    await Promise.all(workers.map(drain));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
};
