/**
 * Looks after a program that is a training run, inside the child process that would else train: starts it, takes what
 * it says, asks it to end when the agent asks, and says how it ended. It never outlives its run: whichever way this
 * function ends, and if this process is killed the agent sees to it (endProcessesOf).
 */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Assignment } from '@plumage/contract';
import { classifyExit, type Failure } from './child.failure.ts';
import type { ChildMessage } from './child.message.ts';
import type { ChildExit } from './child.process.ts';
import { CommandUnusable, expandCommand } from './command.expand.ts';
import { linesOf } from './command.lines.ts';
import { endProcessesOf, PIPE_FD, type Program, startProgram, usageOf } from './command.process.ts';
import { createCommandReporter } from './command.reporter.ts';
import type { CommandSpec } from './command.spec.ts';
import { oomKills } from './process.table.ts';
import type { SpoolReporter } from './spool.reporter.ts';
import type { Ended } from './spool/spool.record.ts';
import type { SpoolWriter } from './spool/spool.writer.ts';

export interface CommandEdges {
  readonly spool: SpoolWriter;
  readonly reporter: SpoolReporter;
  readonly tell: (message: ChildMessage) => void;
  /** Aborted: ask the program to end. */
  readonly leaving: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

export interface CommandRun {
  readonly runName: string;
  readonly spec: CommandSpec;
  readonly config: unknown;
  /** Where checkpoints are kept until they are delivered. */
  readonly keep: string;
}

/** By this exit code (EX_USAGE of sysexits.h) a program says that trying again would not help. */
const USER_ERROR = 64;
const longestLine = 2 ** 20;
const usageEveryMs = 2_000;
const flushEveryMs = 1_000;
const tailLines = 20;

/** Python where there is one, under whichever name. */
const findInterpreter = (env: NodeJS.ProcessEnv): string => {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const isThere = (name: string): boolean =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return ['python', 'python3'].find(isThere) ?? 'python';
};

/** The agent's own environment without what concerns the agent, and what the program must know of its run. */
const programEnv = ({ spec, runName }: CommandRun, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('PLUMAGE_'));
  return {
    // Its output is read as it comes, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
    ...Object.fromEntries(own),
    PLUMAGE_RUN_ID: spec.runId,
    PLUMAGE_RUN_NAME: runName,
    PLUMAGE_EPOCH: String(spec.epoch),
    PLUMAGE_RUN_TOKEN: spec.token,
    PLUMAGE_SERVER: spec.server,
    PLUMAGE_CONFIG: spec.configFile,
    PLUMAGE_CHECKPOINT_DIR: spec.checkpointFolder,
    ...(spec.resumeStep === null ? {} : { PLUMAGE_RESUME_STEP: String(spec.resumeStep) }),
    ...(spec.inherits ? { PLUMAGE_INHERITS: '1' } : {}),
    ...(spec.untilStep === null ? {} : { PLUMAGE_UNTIL_STEP: String(spec.untilStep) }),
    PLUMAGE_PIPE: String(PIPE_FD),
  };
};

const start = async (run: CommandRun, env: NodeJS.ProcessEnv): Promise<Program> => {
  const { spec, config } = run;
  writeFileSync(spec.configFile, JSON.stringify(config));
  const args = expandCommand(spec.command, {
    assignment: config as Assignment,
    configFile: spec.configFile,
    env,
    interpreter: findInterpreter(env),
  });
  try {
    return await startProgram({ args, directory: spec.directory, env: programEnv(run, env) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandUnusable(`The program ${args[0]} cannot be started in ${spec.directory}: ${why}`);
  }
};

/** Passes output on, and keeps the last lines for a crash's message. */
const followOutput = (program: Program) => {
  let tail: string[] = [];
  const follow = async (stream: Program['stdout'], say: (text: string) => void): Promise<void> => {
    for await (const { text } of linesOf(stream, longestLine)) {
      if (text === null) continue;
      tail = [...tail.slice(1 - tailLines), text.slice(0, 1_000)];
      say(text);
    }
  };
  const done = Promise.all([follow(program.stdout, console.log), follow(program.stderr, console.error)]);
  return { done, tail: () => tail };
};

/** Tells the agent what the program and its workers use, which is what the slot's limit is held against. */
const watchUsage = (pid: number, tell: (message: ChildMessage) => void) => {
  let peakMb = 0;
  let pulse = 0;
  const look = (): void => {
    const { rssMb, cpuSeconds } = usageOf(pid);
    peakMb = Math.max(peakMb, rssMb);
    // A program may be silent for hours: that it lives is all that is asked of it.
    pulse += 1;
    tell({ type: 'usage', rssMb, peakMb, cpuSeconds, pulse });
  };
  const timer = setInterval(look, usageEveryMs);
  return { end: () => clearInterval(timer), peakMb: () => (peakMb > 0 ? peakMb : undefined) };
};

/** Points of a program that says little do not wait for its next word; a full spool ends the run. */
const flushUntilFault = (reporter: SpoolReporter) => {
  let timer: NodeJS.Timeout | undefined;
  const fault = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      try {
        reporter.flush();
      } catch (error) {
        reject(error);
      }
    }, flushEveryMs);
  });
  fault.catch(() => {});
  return { fault, end: () => clearInterval(timer) };
};

/** Asks it to end when the agent asks, and ends it shortly before the agent's patience does. */
const endWhenAsked = (program: Program, spec: CommandSpec, leaving: AbortSignal): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    program.terminate();
    timer = setTimeout(program.kill, spec.graceMs * 0.8);
  };
  leaving.addEventListener('abort', ask, { once: true });
  if (leaving.aborted) ask();
  return () => {
    clearTimeout(timer);
    leaving.removeEventListener('abort', ask);
  };
};

const failed = (step: number, { failureClass, message }: Failure): Ended => ({
  type: 'ended',
  outcome: 'failed',
  step,
  failureClass,
  message,
});

/** @throws SpoolFull, and faults of the agent's own disk */
export const runCommand = async (run: CommandRun, edges: CommandEdges): Promise<Ended> => {
  const { spec } = run;
  const { leaving } = edges;
  const step = spec.resumeStep ?? 0;
  if (leaving.aborted) return { type: 'ended', outcome: 'stopped', step, failureClass: null, message: null };
  const oomKillsBefore = oomKills();
  let program: Program;
  try {
    program = await start(run, edges.env);
  } catch (error) {
    if (!(error instanceof CommandUnusable)) throw error;
    return failed(step, { failureClass: 'user_error', message: error.message.slice(0, 2_000) });
  }
  const reporter = createCommandReporter({
    ...edges,
    ...spec,
    keep: run.keep,
    log: (text) => console.log(text),
    now: () => performance.now(),
    startStep: step,
  });
  const usage = watchUsage(program.pid, edges.tell);
  const endAsking = endWhenAsked(program, spec, leaving);
  const flushing = flushUntilFault(edges.reporter);
  const output = followOutput(program);
  try {
    const said = (async () => {
      for await (const line of linesOf(program.pipe, longestLine)) await reporter.take(line);
    })();
    const exit = await Promise.race([program.exited, said.then(() => program.exited), flushing.fault]);
    endWorkers(program, spec);
    await Promise.all([said, output.done, program.closed]);
    edges.reporter.flush();
    reporter.close();
    const evidence = {
      oomKillsBefore,
      oomKillsAfter: oomKills(),
      peakMemoryMb: usage.peakMb(),
      tail: output.tail(),
    };
    return judge(exit, reporter, leaving.aborted, () => classifyExit({ exit, ...evidence }), output.tail());
  } finally {
    flushing.end();
    endAsking();
    usage.end();
    endWorkers(program, spec);
  }
};

/** Nothing of a program outlives it. */
const endWorkers = (program: Program, spec: CommandSpec): void => {
  program.kill();
  endProcessesOf(spec);
};

const judge = (
  exit: ChildExit,
  said: { readonly step: number; readonly failure: Failure | undefined },
  asked: boolean,
  classify: () => Failure,
  tail: readonly string[],
): Ended => {
  const { step, failure } = said;
  if (failure !== undefined) return failed(step, failure);
  const plain = { type: 'ended', step, failureClass: null, message: null } as const;
  // It was asked to end: whether it did so nicely is its own affair.
  if (asked) return { ...plain, outcome: 'stopped' };
  if (exit.code === 0) return { ...plain, outcome: 'finished' };
  if (exit.code !== USER_ERROR) return failed(step, classify());
  const words = tail.length === 0 ? 'It said nothing.' : `Its last lines: ${tail.slice(-5).join(' | ')}`;
  const message = `The program ended with code ${USER_ERROR}, a mistake in its configuration. ${words}`;
  return failed(step, { failureClass: 'user_error', message: message.slice(0, 2_000) });
};
