/**
 * One run taken once: fetch the checkpoint, train in a child, beat, deliver, settle. What the child makes goes through
 * the spool alone, so training never waits for the API and the API's absence costs nothing but time.
 */
import type { HeartbeatInput, LeaseRef } from '@plumage/api-client/operations';
import type { Command, LeaseGranted } from './agent.api.ts';
import { type Delivery, settleAttempt, startDelivery } from './attempt.conclusion.ts';
import { type AttemptContext, type Live, prepareAndTrain, type Training } from './attempt.training.ts';
import { judgeAttempt, type Verdict } from './attempt.verdict.ts';
import type { Failure } from './child.failure.ts';
import { beatUntil } from './heartbeat.ts';
import { createLineCollector } from './line.collector.ts';
import { memoryOf } from './process.table.ts';
import { createRunFolder, removeRunFolder, type StoredLease } from './run.folder.ts';
import { defaultSpoolLimits, openSpoolWriter } from './spool/spool.writer.ts';
import { createStopRequest, type StopReason } from './stop.request.ts';

const stopReasonOf = (command: Command['command']): StopReason | undefined => {
  switch (command) {
    case 'CONTINUE':
      return undefined;
    case 'PRUNE':
      return 'prune';
    case 'CANCEL':
      return 'cancel';
    case 'PAUSE':
      return 'pause';
    case 'DRAIN':
    case 'STOP':
      return 'drain';
    case 'LEASE_LOST':
      return 'lease_lost';
  }
};

const stopWords: Readonly<Record<StopReason, string>> = {
  prune: 'pruned',
  cancel: 'cancelled',
  pause: 'pausing: writing a checkpoint',
  drain: 'draining: writing a checkpoint',
  shutdown: 'leaving: writing a checkpoint',
  lease_lost: 'the lease was lost: training is stopped and its unsent results are discarded',
};

/** The reading that a heartbeat carries. */
const readingOf = async (context: AttemptContext, lease: LeaseRef, live: Live): Promise<HeartbeatInput> => {
  const pid = live.child?.pid;
  const gauge = pid === undefined ? undefined : await context.gauge(pid);
  live.peakMemoryMb = (pid === undefined ? undefined : memoryOf(pid)?.peakMb) ?? live.peakMemoryMb;
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

const describeVerdict = (verdict: Verdict, step: number): string => {
  const why = verdict.failureMessage === null ? '' : ` (${verdict.failureClass}): ${verdict.failureMessage}`;
  return `${verdict.outcome.toLowerCase()} at step ${step}${why}`;
};

/** Delivers what is left and settles. @returns how the attempt ended for the API */
const conclude = async (
  training: Training,
  delivery: Delivery,
  crash: () => Failure,
): Promise<Verdict['outcome'] | 'lease_lost'> => {
  const { context, folder, grant, stop, live, log } = training;
  const lease: LeaseRef = { runId: grant.runId, epoch: grant.epoch, token: grant.token };
  delivery.close();
  let result: 'flushed' | 'settled' | 'lease_lost' = await delivery.done;
  const ended = delivery.ended();
  const verdict = judgeAttempt(ended, stop.reason, crash);
  const step = ended?.step ?? live.step;
  if (result === 'flushed') {
    result = await settleAttempt({ api: context.api, lease, log, verdict, step, signal: context.giveUp });
  }
  removeRunFolder(folder);
  if (result === 'lease_lost') return 'lease_lost';
  log.say(describeVerdict(verdict, step), verdict.outcome === 'FAILED' ? 'error' : 'info');
  return verdict.outcome;
};

/**
 * @returns how it ended
 * @throws the reason of `giveUp` when that was aborted first; what was not delivered is then on the disk
 */
export const runAttempt = async (
  context: AttemptContext,
  grant: LeaseGranted,
): Promise<Verdict['outcome'] | 'lease_lost'> => {
  const { settings, slotIndex, api, giveUp } = context;
  const log = context.log.with({ run: grant.runName });
  const stored: StoredLease = {
    server: settings.server,
    runId: grant.runId,
    runName: grant.runName,
    epoch: grant.epoch,
    token: grant.token,
    slotIndex,
    childPid: null,
    childStartTime: null,
  };
  const folder = createRunFolder(settings.workDir, stored);
  const startStep = grant.resumeFrom?.step ?? 0;
  log.say(startStep === 0 ? 'taken' : `taken over from the checkpoint of step ${startStep}`);
  const stop = createStopRequest();
  const onCommand = ({ command, reason }: Command): void => {
    const asked = stopReasonOf(command);
    if (asked === undefined || stop.reason === asked || stop.reason === 'lease_lost') return;
    log.say(
      `${stopWords[asked]}${reason === null ? '' : ` (${reason})`}`,
      asked === 'lease_lost' ? 'warn' : 'info',
    );
    stop.ask(asked);
  };
  const leave = (): void => {
    if (stop.reason === undefined) log.say(stopWords.shutdown);
    stop.ask('shutdown');
  };
  context.leaving.addEventListener('abort', leave, { once: true });
  if (context.leaving.aborted) leave();
  const live: Live = {
    step: startStep,
    totalSteps: null,
    imagesPerSecond: null,
    peakMemoryMb: undefined,
    ready: undefined,
    child: undefined,
  };
  const training: Training = { context, grant, folder, stored, stop, live, log };
  const over = new AbortController();
  const lease: LeaseRef = { runId: grant.runId, epoch: grant.epoch, token: grant.token };
  const beats = beatUntil({
    api,
    intervalMs: settings.heartbeatIntervalMs,
    reading: () => readingOf(context, lease, live),
    onCommand,
    log,
    signal: AbortSignal.any([over.signal, giveUp]),
  });
  try {
    const delivery = startDelivery({ api, folder, lease, log, onCommand, signal: giveUp });
    const logSpool = openSpoolWriter(folder.logs, {
      ...defaultSpoolLimits,
      totalBytes: settings.spoolLimitBytes,
    });
    const lines = createLineCollector(
      logSpool,
      () => new Date(),
      (error) =>
        log.say(
          `the run's output is not kept: ${error instanceof Error ? error.message : String(error)}`,
          'error',
        ),
    );
    const crash = await prepareAndTrain(training, lines);
    lines.close();
    return await conclude(training, delivery, crash);
  } finally {
    context.leaving.removeEventListener('abort', leave);
    over.abort();
    await beats;
  }
};
