/**
 * The training child's entry: `child.js job.json` trains, `child.js --probe NAME` and `--survey` say what
 * this machine offers. The
 * agent owns it: when the channel closes the agent is gone, and the child writes a checkpoint and ends. Signals meant
 * for the agent reach its children too (Ctrl-C goes to the whole terminal); the agent decides what they mean.
 */
import { readFileSync } from 'node:fs';
import { probeBackends, selectBackend } from '@plumage/compute';
import type { TrainCommand, TrainOutcome } from '@plumage/training';
import { classifyFault } from './child.fault.ts';
import { agentMessage, type ChildMessage, trainingJob } from './child.message.ts';
import type { SlotOffer } from './slot.probe.ts';
import { createSpoolReporter } from './spool.reporter.ts';
import type { Ended } from './spool/spool.record.ts';
import { defaultSpoolLimits, openSpoolWriter, type SpoolWriter } from './spool/spool.writer.ts';
import { backendOf, runJob } from './training.job.ts';

// A dead agent's end of the channel and of the output pipes is broken; that must not end the child before its checkpoint.
const ignore = (): void => {};
process.stdout.on('error', ignore);
process.stderr.on('error', ignore);

const send = (message: ChildMessage | SlotOffer): void => {
  if (process.connected) process.send?.(message, undefined, undefined, ignore);
};

const peakMemoryMb = (): number => process.resourceUsage().maxRSS / 1024;

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

/** Writes the last word. On a full spool there is no room for it: the agent then reads it from the output. */
const writeEnd = (spool: SpoolWriter, ended: Ended): void => {
  try {
    spool.append(ended);
    spool.close();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
};

const trainJob = async (jobFile: string): Promise<void> => {
  const job = trainingJob.parse(JSON.parse(readFileSync(jobFile, 'utf8')));
  const spool = openSpoolWriter(job.spoolFolder, { ...defaultSpoolLimits, totalBytes: job.spoolLimitBytes });
  const leaving = new AbortController();
  let command: TrainCommand = 'continue';
  let step = 0;
  let training = false;
  const stop = (checkpoint: boolean): void => {
    if (command !== 'stop') command = checkpoint ? 'checkpoint-and-stop' : 'stop';
    if (!checkpoint || !training) leaving.abort();
  };
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => stop(true));
  process.on('disconnect', () => stop(true));
  process.on('message', (message) => {
    const parsed = agentMessage.safeParse(message);
    if (parsed.success) stop(parsed.data.checkpoint);
  });
  const tell = (message: ChildMessage): void => {
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
      command: () => command,
      signal: leaving.signal,
    });
    reporter.flush();
    ended = endedBy(outcome);
  } catch (error) {
    ended = leaving.signal.aborted
      ? { type: 'ended', outcome: 'stopped', step, failureClass: null, message: null }
      : failedBy(error, step);
  }
  writeEnd(spool, ended);
  process.exit(ended.outcome === 'failed' ? 1 : 0);
};

const failedBy = (error: unknown, step: number): Ended => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { type: 'ended', outcome: 'failed', step, ...classifyFault(error, peakMemoryMb()) };
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
else await trainJob(argument);
