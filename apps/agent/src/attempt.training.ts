/**
 * The middle of an attempt: from the checkpoint's download to the child's exit. A fault on the way is the attempt's
 * failure, never the agent's.
 */
import { writeFileSync } from 'node:fs';
import { isBuiltIn } from '@plumage/contract';
import type { AgentApi, LeaseGranted } from './agent.api.ts';
import { ownFailure } from './attempt.conclusion.ts';
import { classifyExit, type Failure } from './child.failure.ts';
import type { ChildMessage, TrainingJob } from './child.message.ts';
import { type ChildExit, startChild, type TrainingChild } from './child.process.ts';
import { watchChild } from './child.watch.ts';
import type { EventLog } from './event.log.ts';
import type { Gauge } from './gauge.ts';
import type { LineCollector } from './line.collector.ts';
import { commandSpecOf, type CommandSettings, refusalOf } from './command.grant.ts';
import { endProcessesOf } from './command.process.ts';
import { downloadInputs } from './input.download.ts';
import { InputUnusable } from './input.error.ts';
import { createPatience } from './patience.ts';
import { oomKills, startTimeOf } from './process.table.ts';
import { createProgressTeller } from './progress.teller.ts';
import { CheckpointUnavailable, downloadCheckpoint } from './resume.download.ts';
import { inputFolder, type RunFolder, type StoredLease, writeLease } from './run.folder.ts';
import type { Ended } from './spool/spool.record.ts';
import type { StopReason, StopRequest } from './stop.request.ts';

export interface AttemptSettings extends CommandSettings {
  readonly backend: string;
  readonly workDir: string;
  readonly cacheDir: string;
  readonly spoolLimitBytes: number;
  /** Largest resident set of the training process; undefined: no limit. */
  readonly memoryLimitMb: number | undefined;
  /** Longest time without progress; 0: no limit. */
  readonly stallMs: number;
  readonly heartbeatIntervalMs: number;
  /** The program that trains: child.js. */
  readonly childProgram: string;
  readonly childEnv: NodeJS.ProcessEnv;
}

export interface AttemptContext {
  readonly api: AgentApi;
  readonly settings: AttemptSettings;
  readonly slotIndex: number;
  readonly log: EventLog;
  readonly gauge: Gauge;
  /** Aborted: checkpoint, release, end. */
  readonly leaving: AbortSignal;
  /** Aborted: end at once; what is not delivered stays on the disk. */
  readonly giveUp: AbortSignal;
}

export type ChildUsage = Extract<ChildMessage, { type: 'usage' }>;

/** What is known of the attempt while it goes on. */
export interface Live {
  step: number;
  totalSteps: number | null;
  imagesPerSecond: number | null;
  peakMemoryMb: number | undefined;
  ready: Extract<ChildMessage, { type: 'ready' }> | undefined;
  child: TrainingChild | undefined;
  usage: ChildUsage | undefined;
  /** When the child last made progress, by performance.now. */
  progressAt: number;
  /** Its last word, from the channel. */
  ended: Ended | undefined;
  /** Why the agent itself has ended the child, if it has. */
  fault: Failure | undefined;
}

export interface Training {
  readonly context: AttemptContext;
  readonly grant: LeaseGranted;
  readonly folder: RunFolder;
  readonly stored: StoredLease;
  readonly stop: StopRequest;
  readonly live: Live;
  readonly log: EventLog;
  /** As `log`, and for whoever reads the run's own log. */
  readonly runLog: EventLog;
}

/** Ends the training for a fault that the child cannot know of. */
export const failTraining = ({ live, runLog }: Training, failure: Failure): void => {
  if (live.fault !== undefined) return;
  live.fault = failure;
  runLog.say(failure.message, 'error');
  live.child?.kill();
};

const writeJob = ({ context, grant, folder }: Training): void => {
  const job: TrainingJob = {
    runName: grant.runName,
    trainer: isBuiltIn(grant.trainer) ? grant.trainer : 'command',
    config: grant.config,
    inputs: Object.fromEntries(grant.inputs.map(({ key }) => [key, inputFolder(folder, key)])),
    backend: context.settings.backend,
    resumeFolder: grant.resumeFrom ? folder.resume : null,
    inherits: grant.inherits,
    spoolFolder: folder.spool,
    checkpointFolder: folder.checkpoints,
    spoolLimitBytes: context.settings.spoolLimitBytes,
    cacheDir: context.settings.cacheDir,
    program: commandSpecOf(grant, folder, context.settings),
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

/** Takes what the child says into what is known of the attempt. */
const noteMessage = ({ live }: Training, message: ChildMessage): void => {
  switch (message.type) {
    case 'usage':
      if (message.pulse !== live.usage?.pulse) live.progressAt = performance.now();
      live.usage = message;
      return;
    case 'ended':
      live.ended = message;
      return;
    case 'ready':
      live.ready = message;
      live.totalSteps = message.totalSteps;
      live.step = Math.max(live.step, message.startStep);
      break;
    case 'progress':
      live.step = message.step;
      live.imagesPerSecond = message.imagesPerSecond;
      break;
    case 'total':
      live.totalSteps = message.steps;
      break;
    case 'phase':
  }
  live.progressAt = performance.now();
};

/** Until the child ends: its memory, its progress, and the reasons to stop it. @returns the end of looking after it */
const lookAfter = (training: Training, child: TrainingChild): (() => void) => {
  const { context, stop, live } = training;
  const { memoryLimitMb, stallMs, stopGraceMs } = context.settings;
  stop.onAsk((reason) => stopChild(child, reason, stopGraceMs));
  const kill = (): void => child.kill();
  context.giveUp.addEventListener('abort', kill, { once: true });
  if (context.giveUp.aborted || live.fault !== undefined) kill();
  live.progressAt = performance.now();
  const endWatch =
    child.pid === undefined
      ? () => {}
      : watchChild({
          pid: child.pid,
          memoryLimitMb,
          stallMs,
          told: () => live.usage,
          progressAt: () => live.progressAt,
          onPeak: (peakMb) => {
            live.peakMemoryMb = peakMb;
          },
          end: (failure) => failTraining(training, failure),
          now: () => performance.now(),
        });
  return () => {
    endWatch();
    context.giveUp.removeEventListener('abort', kill);
  };
};

/** Runs the child to its end. @returns what its exit tells, should it have said nothing itself */
const train = async (training: Training, lines: LineCollector): Promise<() => Failure> => {
  const { context, folder, stored, live, log } = training;
  writeJob(training);
  const tell = createProgressTeller(log, () => Date.now());
  const oomKillsBefore = oomKills();
  const child = startChild({
    program: context.settings.childProgram,
    jobFile: folder.job,
    env: context.settings.childEnv,
    lines,
    onMessage(message) {
      noteMessage(training, message);
      tell(message, live.totalSteps);
    },
  });
  live.child = child;
  const endCare = lookAfter(training, child);
  try {
    const pid = child.pid ?? null;
    // Whoever comes after a crash of this agent must find the child.
    writeLease(folder, { ...stored, childPid: pid, childStartTime: pid === null ? null : startTimeOf(pid) });
  } catch (error) {
    failTraining(training, ownFailure('The run could not be started', error));
  }
  const exit: ChildExit = await child.exited;
  // Should the child have been killed, what it looked after is left to us.
  if (training.grant.trainer === 'command') endProcessesOf(training.grant);
  endCare();
  live.child = undefined;
  return () =>
    live.fault ??
    classifyExit({
      exit,
      oomKillsBefore,
      oomKillsAfter: oomKills(),
      peakMemoryMb: live.peakMemoryMb,
      tail: lines.tail(),
    });
};

/** Everything from the checkpoint's download to the child's exit; a fault on the way is the attempt's failure. */
export const prepareAndTrain = async (training: Training, lines: LineCollector): Promise<() => Failure> => {
  const { context, grant, folder, stop, runLog } = training;
  const interrupted: Failure = {
    failureClass: 'crashed',
    message: 'The attempt was stopped before it began.',
  };
  const refused = refusalOf(grant, context.settings);
  if (refused !== undefined) return () => refused;
  const signal = AbortSignal.any([stop.signal, context.giveUp]);
  try {
    const patience = createPatience(runLog, 'The checkpoint is fetched as soon as it is back.');
    await downloadInputs(context.api, grant.inputs, (key) => inputFolder(folder, key), patience, signal);
    if (grant.resumeFrom) {
      await downloadCheckpoint(context.api, grant.resumeFrom, folder.resume, patience, signal);
    }
    if (stop.reason !== undefined) return () => interrupted;
    return await train(training, lines);
  } catch (error) {
    if (signal.aborted) return () => interrupted;
    if (error instanceof InputUnusable) {
      return () => ({ failureClass: 'user_error', message: error.message });
    }
    if (error instanceof CheckpointUnavailable) {
      return () => ({ failureClass: 'checkpoint_corrupt', message: error.message });
    }
    return () => ownFailure('The run could not be started', error);
  }
};
