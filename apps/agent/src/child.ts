/**
 * The child's entry: `child.js job.json` trains, `child.js --render NAME` draws, `child.js --probe NAME` and `--survey`
 * say what this machine offers. The agent owns it: when the channel closes the agent is gone, and the child writes a checkpoint and ends. Signals meant
 * for the agent reach its children too (Ctrl-C goes to the whole terminal); the agent decides what they mean.
 */
import { readFileSync } from 'node:fs';
import { probeBackends, selectBackend } from '@plumage/compute';
import type { TrainCommand, TrainOutcome } from '@plumage/training';
import { classifyFault } from './child.fault.ts';
import { agentMessage, type ChildMessage, type TrainingJob, trainingJob } from './child.message.ts';
import { peakMemoryMb, startUsage } from './child.usage.ts';
import { serveRenders } from './render.job.ts';
import type { RenderMessage } from './render.message.ts';
import type { SlotOffer } from './slot.probe.ts';
import { runCommand } from './command.job.ts';
import type { CommandSpec } from './command.spec.ts';
import { createSpoolReporter } from './spool.reporter.ts';
import type { Ended } from './spool/spool.record.ts';
import { openSpoolWriter, type SpoolWriter } from './spool/spool.writer.ts';
import { backendOf, runJob } from './training.job.ts';

// A dead agent's end of the channel and of the output pipes is broken; that must not end the child before its checkpoint.
const ignore = (): void => {};
process.stdout.on('error', ignore);
process.stderr.on('error', ignore);

const send = (message: ChildMessage | RenderMessage | SlotOffer): void => {
  if (process.connected) process.send?.(message, undefined, undefined, ignore);
};

const endedBy = (outcome: TrainOutcome): Ended => {
  const base = { type: 'ended', step: outcome.step, failureClass: null, message: null } as const;
  switch (outcome.kind) {
    case 'finished':
      return { ...base, outcome: 'finished' };
    case 'stopped':
      return { ...base, outcome: 'stopped' };
    case 'diverged':
      return {
        ...base,
        outcome: 'failed',
        failureClass: 'diverged',
        message: `${outcome.what} is not finite at step ${outcome.step}.`,
      };
  }
};

const failedBy = (error: unknown, step: number): Ended => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { type: 'ended', outcome: 'failed', step, ...classifyFault(error, peakMemoryMb()) };
};

/** Leaves the last word in the spool and, for a disk that has no room for it, on the channel. */
const sayEnd = async (spool: SpoolWriter | undefined, ended: Ended): Promise<never> => {
  try {
    spool?.append(ended);
    spool?.close();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  await new Promise<void>((done) => {
    if (process.connected) process.send?.(ended, undefined, undefined, () => done());
    else done();
  });
  process.exit(ended.outcome === 'failed' ? 1 : 0);
};

const openSpool = async (job: TrainingJob): Promise<SpoolWriter> => {
  try {
    return openSpoolWriter(job.spoolFolder, {
      totalBytes: job.spoolLimitBytes,
      onGivenUp: (step) =>
        console.warn(`The checkpoint of step ${step} is given up: its room is needed for newer results.`),
    });
  } catch (error) {
    return sayEnd(undefined, failedBy(error, 0));
  }
};

/** Every way in which this process is told to end. */
const onStop = (stop: (checkpoint: boolean) => void): void => {
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => stop(true));
  process.on('disconnect', () => stop(true));
  process.on('message', (message) => {
    const parsed = agentMessage.safeParse(message);
    if (parsed.success) stop(parsed.data.checkpoint);
  });
};

/** The training is somebody's program: it is looked after here, and its results take the same way. */
const followProgram = async (job: TrainingJob, spec: CommandSpec, spool: SpoolWriter): Promise<void> => {
  const leaving = new AbortController();
  onStop(() => leaving.abort());
  const reporter = createSpoolReporter({ spool, tell: send, now: Date.now });
  const run = { runName: job.runName, config: job.config, keep: job.checkpointFolder, spec };
  const edges = { spool, reporter, tell: send, leaving: leaving.signal, env: process.env };
  let ended: Ended;
  try {
    ended = await runCommand(run, edges);
  } catch (error) {
    ended = failedBy(error, spec.resumeStep ?? 0);
  }
  await sayEnd(spool, ended);
};

const trainJob = async (jobFile: string): Promise<void> => {
  const job = trainingJob.parse(JSON.parse(readFileSync(jobFile, 'utf8')));
  const spool = await openSpool(job);
  if (job.program !== null) return followProgram(job, job.program, spool);
  const leaving = new AbortController();
  let command: TrainCommand = 'continue';
  let step = 0;
  let training = false;
  let pulse = 0;
  startUsage(send, () => pulse);
  const stop = (checkpoint: boolean): void => {
    if (command !== 'stop') command = checkpoint ? 'checkpoint-and-stop' : 'stop';
    if (!checkpoint || !training) leaving.abort();
  };
  onStop(stop);
  const tell = (message: ChildMessage): void => {
    pulse += 1;
    if (message.type === 'ready') [training, step] = [true, message.startStep];
    if (message.type === 'progress') step = message.step;
    send(message);
  };
  const reporter = createSpoolReporter({ spool, tell, now: Date.now });
  let ended: Ended;
  try {
    const now = (): number => performance.now();
    const outcome = await runJob(job, {
      reporter,
      tell,
      now,
      withRoom: spool.withRoom,
      command: () => {
        pulse += 1;
        return command;
      },
      signal: leaving.signal,
    });
    reporter.flush();
    ended = endedBy(outcome);
  } catch (error) {
    ended = leaving.signal.aborted
      ? { type: 'ended', outcome: 'stopped', step, failureClass: null, message: null }
      : failedBy(error, step);
  }
  await sayEnd(spool, ended);
};

const probe = async (name: string): Promise<void> => {
  try {
    const { name: backend, device, memoryMb, reason } = await selectBackend(backendOf(name));
    send({ type: 'offer', backend, device, memoryMb, reason });
  } catch (error) {
    send({ type: 'none', reason: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect?.();
};

const survey = async (): Promise<void> => {
  const backends = await probeBackends();
  send({ type: 'survey', backends: backends.map(({ name, usable, why }) => ({ name, usable, why })) });
  process.disconnect?.();
};

const [argument = '', backend = 'auto'] = process.argv.slice(2);
if (argument === '--probe') await probe(backend);
else if (argument === '--survey') await survey();
else if (argument === '--render') serveRenders(backend, send);
else await trainJob(argument);
