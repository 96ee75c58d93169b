import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './options.ts';

/** Waits until `url` answers with a status below 500. @throws StartError after `timeoutMs`; the signal's reason */
export const untilAnswers = async (
  url: string,
  timeoutMs: number,
  who: string,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      if (response.status < 500) return;
    } catch {
      // Not listening yet.
    }
    await sleep(150);
  }
  throw new StartError(
    `${who} did not answer within ${timeoutMs / 1000} s. The end of its file under logs/ in the data folder says why.`,
  );
};
