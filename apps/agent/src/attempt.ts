/**
 * One run taken once: fetch the checkpoint, train in a child, beat, deliver, settle. What the child makes goes through
 * the spool alone, so training never waits for the API and the API's absence costs nothing but time.
 */
import { writeFileSync } from 'node:fs';
import type { HeartbeatInput, LeaseRef } from '@plumage/api-client/operations';
import type { AgentApi, Command, LeaseGranted } from './agent.api.ts';
import { type Delivery, settleAttempt, startDelivery } from './attempt.conclusion.ts';
import { judgeAttempt, type Verdict } from './attempt.verdict.ts';
import { classifyExit, type Failure } from './child.failure.ts';
import type { ChildMessage, TrainingJob } from './child.message.ts';
import { type ChildExit, startChild, type TrainingChild } from './child.process.ts';
import type { EventLog } from './event.log.ts';
import type { GaugeReading } from './gauge.ts';
import { beatUntil } from './heartbeat.ts';
import { createLineCollector, type LineCollector } from './line.collector.ts';
import { createPatience } from './patience.ts';
import { memoryOf, oomKills, startTimeOf } from './process.table.ts';
import { createProgressTeller } from './progress.teller.ts';
import { downloadCheckpoint } from './resume.download.ts';
import {
  createRunFolder,
  type RunFolder,
  removeRunFolder,
  type StoredLease,
  writeLease,
} from './run.folder.ts';
import { SpoolFull } from './spool/spool.error.ts';
import { defaultSpoolLimits, openSpoolWriter } from './spool/spool.writer.ts';
import { createStopRequest, type StopReason, type StopRequest } from './stop.request.ts';

export interface AttemptSettings {
  readonly server: string;
  readonly backend: string;
  readonly workDir: string;
  readonly cacheDir: string;
  readonly spoolLimitBytes: number;
  readonly heartbeatIntervalMs: number;
  /** How long a child may take to write its checkpoint and end. */
  readonly stopGraceMs: number;
  /** The program that trains: child.js. */
  readonly childProgram: string;
  readonly childEnv: NodeJS.ProcessEnv;
}

export interface AttemptContext {
  readonly api: AgentApi;
  readonly settings: AttemptSettings;
  readonly slotIndex: number;
  readonly log: EventLog;
  readonly gauge: (pid: number) => Promise<GaugeReading>;
  /** Aborted: checkpoint, release, end. */
  readonly leaving: AbortSignal;
  /** Aborted: end at once; what is not delivered stays on the disk. */
  readonly giveUp: AbortSignal;
}

/** What is known of the attempt while it goes on. */
interface Live {
  step: number;
  totalSteps: number | null;
  imagesPerSecond: number | null;
  peakMemoryMb: number | undefined;
  ready: Extract<ChildMessage, { type: 'ready' }> | undefined;
  child: TrainingChild | undefined;
}

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

interface Training {
  readonly context: AttemptContext;
  readonly grant: LeaseGranted;
  readonly folder: RunFolder;
  readonly stored: StoredLease;
  readonly stop: StopRequest;
  readonly live: Live;
  readonly log: EventLog;
}

const writeJob = ({ context, grant, folder }: Training): void => {
  const job: TrainingJob = {
    runName: grant.runName,
    config: grant.config,
    backend: context.settings.backend,
    resumeFolder: grant.resumeFrom ? folder.resume : null,
    spoolFolder: folder.spool,
    checkpointFolder: folder.checkpoints,
    spoolLimitBytes: context.settings.spoolLimitBytes,
    cacheDir: context.settings.cacheDir,
  };
  writeFileSync(folder.job, JSON.stringify(job));
};

const stopChild = (child: TrainingChild, reason: StopReason, graceMs: number): void => {
  switch (reason) {
    case 'lease_lost':
      return child.kill();
    case 'prune':
    case 'cancel':
      return child.stop(false, graceMs);
    case 'pause':
    case 'drain':
    case 'shutdown':
      return child.stop(true, graceMs);
  }
};

/** Runs the child to its end. @returns what its exit tells, should it have said nothing itself */
const train = async (training: Training, lines: LineCollector): Promise<() => Failure> => {
  const { context, folder, stored, stop, live, log } = training;
  writeJob(training);
  const tell = createProgressTeller(log, () => Date.now());
  const oomKillsBefore = oomKills();
  const child = startChild({
    program: context.settings.childProgram,
    jobFile: folder.job,
    env: context.settings.childEnv,
    lines,
    onMessage(message) {
      if (message.type === 'ready') {
        live.ready = message;
        live.totalSteps = message.totalSteps;
        live.step = Math.max(live.step, message.startStep);
      }
      if (message.type === 'progress') {
        live.step = message.step;
        live.imagesPerSecond = message.imagesPerSecond;
      }
      tell(message, live.totalSteps);
    },
  });
  live.child = child;
  const pid = child.pid ?? null;
  writeLease(folder, { ...stored, childPid: pid, childStartTime: pid === null ? null : startTimeOf(pid) });
  stop.onAsk((reason) => stopChild(child, reason, context.settings.stopGraceMs));
  const kill = (): void => child.kill();
  context.giveUp.addEventListener('abort', kill, { once: true });
  const exit: ChildExit = await child.exited;
  context.giveUp.removeEventListener('abort', kill);
  live.child = undefined;
  return () =>
    classifyExit({
      exit,
      oomKillsBefore,
      oomKillsAfter: oomKills(),
      peakMemoryMb: live.peakMemoryMb,
      tail: lines.tail(),
    });
};

/** Everything from the checkpoint's download to the child's exit; a fault on the way is the attempt's failure. */
const prepareAndTrain = async (training: Training, lines: LineCollector): Promise<() => Failure> => {
  const { context, grant, folder, stop, log } = training;
  const interrupted: Failure = {
    failureClass: 'crashed',
    message: 'The attempt was stopped before it began.',
  };
  const signal = AbortSignal.any([stop.signal, context.giveUp]);
  try {
    if (grant.resumeFrom) {
      const patience = createPatience(log, 'The checkpoint is fetched as soon as it is back.');
      await downloadCheckpoint(context.api, grant.resumeFrom, folder.resume, patience, signal);
    }
    if (stop.reason !== undefined) return () => interrupted;
    return await train(training, lines);
  } catch (error) {
    if (signal.aborted) return () => interrupted;
    const full =
      error instanceof SpoolFull || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');
    const message = `The run could not be started: ${error instanceof Error ? error.message : String(error)}`;
    return () => ({ failureClass: full ? 'storage_full' : 'crashed', message });
  }
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
