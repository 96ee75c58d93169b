/**
 * The middle of an attempt: from the checkpoint's download to the child's exit. A fault on the way is the attempt's
 * failure, never the agent's.
 */
import { writeFileSync } from 'node:fs';
import type { AgentApi, LeaseGranted } from './agent.api.ts';
import { classifyExit, type Failure } from './child.failure.ts';
import type { ChildMessage, TrainingJob } from './child.message.ts';
import { type ChildExit, startChild, type TrainingChild } from './child.process.ts';
import type { EventLog } from './event.log.ts';
import type { GaugeReading } from './gauge.ts';
import type { LineCollector } from './line.collector.ts';
import { createPatience } from './patience.ts';
import { oomKills, startTimeOf } from './process.table.ts';
import { createProgressTeller } from './progress.teller.ts';
import { downloadCheckpoint } from './resume.download.ts';
import { type RunFolder, type StoredLease, writeLease } from './run.folder.ts';
import { isDiskFull, SpoolFull } from './spool/spool.error.ts';
import type { StopReason, StopRequest } from './stop.request.ts';

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
export interface Live {
  step: number;
  totalSteps: number | null;
  imagesPerSecond: number | null;
  peakMemoryMb: number | undefined;
  ready: Extract<ChildMessage, { type: 'ready' }> | undefined;
  child: TrainingChild | undefined;
}

export interface Training {
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
export const prepareAndTrain = async (training: Training, lines: LineCollector): Promise<() => Failure> => {
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
    const full = error instanceof SpoolFull || isDiskFull(error);
    const message = `The run could not be started: ${error instanceof Error ? error.message : String(error)}`;
    return () => ({ failureClass: full ? 'storage_full' : 'crashed', message });
  }
};
