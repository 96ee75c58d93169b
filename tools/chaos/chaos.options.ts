/** What `npm run chaos` was asked for: every mistake says the flag, the value and what was expected. */
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly kills: number;
  /** Everything that is drawn comes from it. Processes have a timing of their own, so a repetition is only alike. */
  readonly seed: number;
  /** Runs to be trained at least; more are added while there are kills to come. */
  readonly runs: number;
  /** When the whole is not over by then it is given up, and that is a failure. */
  readonly minutes: number;
  readonly json: boolean;
  /** The folder with database, logs and work folders stays also when all is well. */
  readonly keep: boolean;
}

export const usage = `npm run chaos -- [options]

Trains real runs on two API processes, one Postgres and three agents, and kills or suspends one of them at random
moments. Afterwards every run must have ended exactly once, with every point, picture and weight that it would have
had undisturbed. Exit code 0 only then.

  --kills N      how often something is killed or suspended  (200)
  --seed N       of everything that is drawn                 (random, printed)
  --runs N       runs at least; more while kills are to come (12)
  --minutes N    give up after so long                       (60)
  --json         the figures as one JSON object on the last line of stdout
  --keep         leave the folder with database and logs
  --help`;

/** A sentence for the person who started this. */
export class ChaosUsageError extends Error {
  override readonly name = 'ChaosUsageError';
}

const flags = {
  kills: { type: 'string', default: '200' },
  seed: { type: 'string' },
  runs: { type: 'string', default: '12' },
  minutes: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const integer = (flag: string, text: string, from: number, to: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new ChaosUsageError(`--${flag} is "${text}"; expected a whole number from ${from} to ${to}.`);
};

/**
 * @param randomSeed taken when none is given
 * @throws ChaosUsageError
 */
export const parseChaosOptions = (
  argv: readonly string[],
  randomSeed: () => number,
): ChaosOptions | 'help' => {
  const values = (() => {
    try {
      return parseArgs({ args: [...argv], options: flags, allowPositionals: false }).values;
    } catch (error) {
      const said = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
      throw new ChaosUsageError(`${said}. \`--help\` lists the options.`);
    }
  })();
  if (values.help) return 'help';
  return Object.freeze({
    kills: integer('kills', values.kills, 0, 100_000),
    seed: values.seed === undefined ? randomSeed() : integer('seed', values.seed, 0, 2 ** 31 - 1),
    runs: integer('runs', values.runs, 1, 10_000),
    minutes: integer('minutes', values.minutes, 1, 10_000),
    json: values.json,
    keep: values.keep,
  });
};
