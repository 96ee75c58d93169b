/** Carries out what a program says on its pipe: points, pictures and checkpoints go to the spool, words to the log. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Failure } from './child.failure.ts';
import type { ChildMessage } from './child.message.ts';
import { type CheckpointFolders, FileRefused, takeCheckpoint } from './command.checkpoint.ts';
import { type CommandMessage, parseCommandLine } from './command.protocol.ts';
import type { NumberedLine } from './command.lines.ts';
import { imageSizeOf } from './image.size.ts';
import type { SpoolReporter } from './spool.reporter.ts';
import type { SpoolWriter } from './spool/spool.writer.ts';

export interface CommandReporterOptions extends CheckpointFolders {
  readonly spool: SpoolWriter;
  readonly reporter: SpoolReporter;
  readonly tell: (message: ChildMessage) => void;
  /** The run's log. */
  readonly log: (text: string) => void;
  readonly now: () => number;
  readonly startStep: number;
}

export interface CommandReporter {
  /** Takes one line; what is wrong with it is said, never thrown. @throws SpoolFull and faults of the agent's own disk */
  take(line: NumberedLine): Promise<void>;
  /** The last step that was named. */
  readonly step: number;
  /** What the program itself says it failed of. */
  readonly failure: Failure | undefined;
  /** Says how many problems were not said. */
  close(): void;
}

const mostProblems = 100;
const tellEveryMs = 500;
const throughputKey = 'images_per_second';

const createProblemTeller = (log: (text: string) => void) => {
  let count = 0;
  return {
    say(line: number, problem: string): void {
      count += 1;
      if (count <= mostProblems) log(`line ${line} of the pipe: ${problem}`.slice(0, 1_000));
      if (count === mostProblems) log('further such lines are counted, not said');
    },
    close(): void {
      if (count > mostProblems) log(`${count} lines of the pipe were not understood or not taken`);
    },
  };
};

/** Throttled: a program may write ten thousand lines a second, and a person reads one. */
const createProgress = ({ tell, now }: CommandReporterOptions) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  let imagesPerSecond: number | null = null;
  return (step: number, values: Readonly<Record<string, number>>): void => {
    const throughput = values[throughputKey];
    if (throughput !== undefined && Number.isFinite(throughput)) imagesPerSecond = throughput;
    if (now() - toldAt < tellEveryMs) return;
    toldAt = now();
    tell({ type: 'progress', step, imagesPerSecond, losses: {} });
  };
};

const takeImage = async (
  options: CommandReporterOptions,
  message: Extract<CommandMessage, { kind: 'image' }>,
  promptIndex: number,
): Promise<void> => {
  const path = resolve(options.directory, message.path);
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FileRefused(`image ${message.path} cannot be read: ${error.message}`);
  });
  const size = imageSizeOf(bytes);
  if (size === undefined) throw new FileRefused(`image ${message.path} is neither a PNG nor a JPEG`);
  const { step, prompt, seed } = message;
  await options.reporter.sample({ kind: 'train-grid', step, prompt, promptIndex, seed, png: bytes, ...size });
};

export const createCommandReporter = (options: CommandReporterOptions): CommandReporter => {
  const { reporter, spool, log } = options;
  const problems = createProblemTeller(log);
  const progress = createProgress(options);
  /** A prompt keeps its place in every grid. */
  const placeOf = new Map<string, number>();
  let step = options.startStep;
  let failure: Failure | undefined;

  const place = (prompt: string): number => {
    const found = placeOf.get(prompt) ?? placeOf.size;
    placeOf.set(prompt, found);
    return found;
  };

  const carryOut = async (message: CommandMessage): Promise<void> => {
    switch (message.kind) {
      case 'metrics':
        step = message.step;
        await reporter.metrics(step, message.values);
        return progress(step, message.values);
      case 'image':
        step = message.step;
        return takeImage(options, message, message.index ?? place(message.prompt));
      case 'checkpoint':
        step = message.step;
        // Whoever goes on from it must find every point before it.
        reporter.flush();
        return takeCheckpoint(spool, step, message.files, options);
      case 'total':
        return options.tell({ type: 'total', steps: message.steps });
      case 'message':
        return log(message.text);
      case 'error':
        log(message.text);
        failure ??= { failureClass: message.failureClass, message: message.text.slice(0, 2_000) };
    }
  };

  return {
    get step() {
      return step;
    },
    get failure() {
      return failure;
    },
    async take({ number, text }) {
      if (text === null) return problems.say(number, 'it is too long; expected at most 1 MiB');
      const parsed = parseCommandLine(text);
      if (!parsed.ok) return problems.say(number, parsed.problem);
      try {
        for (const message of parsed.messages) await carryOut(message);
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error;
        problems.say(number, error.message);
      }
    },
    close: problems.close,
  };
};
