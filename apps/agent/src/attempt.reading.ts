/** What a heartbeat says of a run in training: where it stands, and what it takes of the machine. */
import type { HeartbeatInput, LeaseRef } from '@plumage/api-client/operations';
import type { AttemptContext, Live } from './attempt.training.ts';

export const readingOf = async (
  context: AttemptContext,
  lease: LeaseRef,
  live: Live,
): Promise<HeartbeatInput> => {
  const pid = live.child?.pid;
  const gauge = pid === undefined ? undefined : await context.gauge(pid, live.usage);
  return {
    lease,
    step: live.step,
    totalSteps: live.totalSteps,
    imagesPerSecond: live.imagesPerSecond,
    backend: live.ready?.backend ?? null,
    datasetDigest: live.ready?.datasetDigest ?? null,
    encoderHash: live.ready?.encoderHash ?? null,
    utilisation: gauge?.utilisation ?? null,
    memoryUsedMb: gauge?.memoryUsedMb ?? null,
    temperature: gauge?.temperature ?? null,
    powerWatts: gauge?.powerWatts ?? null,
  };
};
