/** `npm run chaos`: reads its options, brings what it needs up to date, and turns the report into words and a code. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from '../database/index.ts';
import { build } from '../start/build.ts';
import { StartError } from '../start/options.ts';
import { type ChaosReport, runChaos } from './chaos.ts';
import { type ChaosOptions, ChaosUsageError, parseChaosOptions, usage } from './chaos.options.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const findingsShown = 40;

const randomSeed = (): number => Math.floor(Math.random() * 2 ** 31);

const isWell = ({ figures }: ChaosReport): boolean => Object.values(figures).every((count) => count === 0);

const lastLine = (report: ChaosReport): string => {
  const { figures, findings, endedByThemselves, ...rest } = report;
  return JSON.stringify({
    ...figures,
    ...rest,
    findings: findings.length,
    endedByThemselves: endedByThemselves.length,
  });
};

const summary = (report: ChaosReport): string[] => [
  ...Object.entries(report.figures).map(([name, count]) => `  ${name.padEnd(16)} ${count}`),
  `${report.kills} kills (seed ${report.seed}) over ${report.runs} runs in ${report.attempts} attempts, ${report.seconds} s`,
];

const play = async (options: ChaosOptions, folder: string, signal: AbortSignal): Promise<boolean> => {
  const started = performance.now();
  const say = (line: string): void => {
    const seconds = Math.floor((performance.now() - started) / 1_000);
    console.error(`${String(seconds).padStart(5)} s  ${line}`);
  };
  say(`seed ${options.seed}; everything lies in ${folder}`);
  say('building the API and the agent (only what changed)');
  await build(root, ['api', 'agent'], signal);
  const report = await runChaos(options, { folder, say, signal });
  await writeFile(join(folder, 'findings.txt'), report.findings.join('\n'));
  for (const finding of report.findings.slice(0, findingsShown)) console.error(`  ${finding}`);
  if (report.findings.length > findingsShown)
    console.error(`  … ${report.findings.length} in all, see findings.txt`);
  for (const line of summary(report)) console.error(line);
  if (options.json) console.log(lastLine(report));
  return isWell(report);
};

const describe = (error: unknown): string => {
  const expected = [DatabaseError, StartError].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return String(error);
  return expected ? error.message : (error.stack ?? error.message);
};

/** @returns the exit code */
const main = async (): Promise<number> => {
  const options = parseChaosOptions(process.argv.slice(2), randomSeed);
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => interrupted.abort(new StartError(`Ended by ${name}.`)));
  }
  const tooLong = setTimeout(
    () => interrupted.abort(new StartError(`Not done after ${options.minutes} minutes: given up.`)),
    options.minutes * 60_000,
  );
  const folder = await mkdtemp(join(tmpdir(), 'plumage-chaos-'));
  await chmod(folder, 0o755); // Postgres may have to run as another user.
  let well = false;
  try {
    well = await play(options, folder, interrupted.signal);
  } catch (error) {
    console.error(`chaos: ${describe(interrupted.signal.aborted ? interrupted.signal.reason : error)}`);
  } finally {
    clearTimeout(tooLong);
  }
  if (well && !options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  else console.error(`database, logs and work folders are kept in ${folder}`);
  return well ? 0 : 1;
};

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof ChaosUsageError)) throw error;
  console.error(error.message);
  process.exit(1);
}
