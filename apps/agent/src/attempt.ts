/**
 * One run taken once: fetch the checkpoint, train in a child, beat, deliver, settle. What the child makes goes through
 * the spool alone, so training never waits for the API and the API's absence costs nothing but time. Whatever goes
 * wrong with the agent's own disk is this attempt's failure, never the agent's end.
 */
import type { LeaseRef } from '@plumage/api-client/operations';
import type { Command, LeaseGranted } from './agent.api.ts';
import { listenFor } from './attempt.command.ts';
import {
  type Delivery,
  describeVerdict,
  ownFailure,
  settleAttempt,
  startDelivery,
} from './attempt.conclusion.ts';
import { readingOf } from './attempt.reading.ts';
import {
  type AttemptContext,
  failTraining,
  type Live,
  prepareAndTrain,
  type Training,
} from './attempt.training.ts';
import { failedWith, judgeAttempt, type Verdict } from './attempt.verdict.ts';
import type { Failure } from './child.failure.ts';
import { beatUntil } from './heartbeat.ts';
import { createLineCollector, type LineCollector } from './line.collector.ts';
import { createRunFolder, removeRunFolder, type RunFolder, type StoredLease } from './run.folder.ts';
import { createRunLog, type RunLog } from './run.log.ts';
import { openSpoolWriter } from './spool/spool.writer.ts';
import { createStopRequest } from './stop.request.ts';

export type AttemptEnd = Verdict['outcome'] | 'lease_lost';

type Attempt = Omit<Training, 'folder' | 'stored'> & { readonly runLog: RunLog };

const leaseOf = ({ runId, epoch, token }: LeaseGranted): LeaseRef => ({ runId, epoch, token });

const settle = ({ context, grant, live, log }: Attempt, verdict: Verdict, step: number) =>
  settleAttempt({
    api: context.api,
    lease: leaseOf(grant),
    log,
    verdict,
    step,
    peakMemoryMb: live.peakMemoryMb ?? null,
    signal: context.giveUp,
  });

/** Delivers what is left and settles. */
const conclude = async (
  training: Training & Attempt,
  delivery: Delivery,
  lines: LineCollector,
  crash: () => Failure,
): Promise<AttemptEnd> => {
  const { stop, live, runLog } = training;
  const results = await delivery.results();
  const ended = delivery.ended() ?? live.ended;
  const verdict =
    results.kind === 'fault' ? failedWith(results.failure) : judgeAttempt(ended, stop.reason, crash);
  const step = ended?.step ?? live.step;
  if (results.kind !== 'lease_lost') {
    runLog.say(describeVerdict(verdict, step), verdict.outcome === 'FAILED' ? 'error' : 'info');
  }
  lines.close();
  const output = await delivery.output();
  if (results.kind === 'lease_lost' || output.kind === 'lease_lost') return 'lease_lost';
  return (await settle(training, verdict, step)) === 'lease_lost' ? 'lease_lost' : verdict.outcome;
};

/** From the folder, with which everything can be delivered, to the settled end. */
const trainAndDeliver = async (
  training: Training & Attempt,
  onCommand: (command: Command) => void,
): Promise<AttemptEnd> => {
  const { context, grant, folder, runLog, log } = training;
  const delivery = startDelivery({
    api: context.api,
    folder,
    lease: leaseOf(grant),
    log: runLog,
    onCommand,
    onFault: (failure) => failTraining(training, failure),
    signal: context.giveUp,
  });
  const lines = createLineCollector(
    openSpoolWriter(folder.logs, { totalBytes: context.settings.spoolLimitBytes }),
    () => new Date(),
    (error) => log.say(ownFailure("the run's output is not kept", error).message, 'error'),
  );
  runLog.keepIn(lines);
  const crash = await prepareAndTrain(training, lines);
  return await conclude(training, delivery, lines, crash);
};

const newLive = (step: number): Live => ({
  step,
  totalSteps: null,
  imagesPerSecond: null,
  peakMemoryMb: undefined,
  ready: undefined,
  child: undefined,
  usage: undefined,
  progressAt: performance.now(),
  ended: undefined,
  fault: undefined,
});

const leaseFileOf = (context: AttemptContext, grant: LeaseGranted): StoredLease => ({
  server: context.settings.server,
  ...leaseOf(grant),
  runName: grant.runName,
  slotIndex: context.slotIndex,
  childPid: null,
  childStartTime: null,
});

const describeStart = ({ resumeFrom, inherits }: LeaseGranted): string => {
  if (!resumeFrom) return 'taken';
  const whose = inherits ? "its parent's checkpoint" : 'the checkpoint';
  return `${inherits ? 'starts' : 'taken over'} from ${whose} of step ${resumeFrom.step}`;
};

/** With a folder of its own while it lasts. A fault of the agent's disk or code is the attempt's failure. */
const runInFolder = async (attempt: Attempt, onCommand: (command: Command) => void): Promise<AttemptEnd> => {
  const { context, grant, live, runLog } = attempt;
  const stored = leaseFileOf(context, grant);
  let folder: RunFolder | undefined;
  let end: AttemptEnd;
  try {
    folder = createRunFolder(context.settings.workDir, stored);
    end = await trainAndDeliver({ ...attempt, folder, stored }, onCommand);
  } catch (error) {
    if (context.giveUp.aborted) throw error;
    live.child?.kill();
    const verdict = failedWith(ownFailure('The run could not be carried on', error));
    runLog.say(describeVerdict(verdict, live.step), 'error');
    end = (await settle(attempt, verdict, live.step)) === 'lease_lost' ? 'lease_lost' : verdict.outcome;
  }
  if (folder !== undefined) removeRunFolder(folder);
  return end;
};

/**
 * @returns how it ended
 * @throws the reason of `giveUp` when that was aborted first; what was not delivered is then on the disk
 */
export const runAttempt = async (context: AttemptContext, grant: LeaseGranted): Promise<AttemptEnd> => {
  const startStep = grant.resumeFrom?.step ?? 0;
  const log = context.log.with({ run: grant.runName });
  const runLog = createRunLog(log);
  runLog.say(describeStart(grant));
  const stop = createStopRequest();
  const listening = listenFor(context.leaving, stop, runLog);
  const live = newLive(startStep);
  const over = new AbortController();
  const beats = beatUntil({
    api: context.api,
    intervalMs: context.settings.heartbeatIntervalMs,
    reading: () => readingOf(context, leaseOf(grant), live),
    onCommand: listening.onCommand,
    log,
    signal: AbortSignal.any([over.signal, context.giveUp]),
  });
  try {
    return await runInFolder({ context, grant, stop, live, log, runLog }, listening.onCommand);
  } finally {
    listening.end();
    over.abort();
    await beats;
  }
};
