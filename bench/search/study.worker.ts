/** One thread of studies: answers each request with its regrets, or with why there are none. */
import { parentPort } from 'node:worker_threads';
import { runStudy, type StudyRequest } from './study.ts';

export type StudyAnswer =
  | { readonly regrets: readonly number[]; readonly seconds: number }
  | { readonly error: string };

const answer = (request: StudyRequest): StudyAnswer => {
  const started = performance.now();
  try {
    return { regrets: runStudy(request), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

parentPort?.on('message', (request: StudyRequest) => parentPort?.postMessage(answer(request)));
