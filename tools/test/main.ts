import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTotals, resultFolders, type Totals } from './totals.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const bin = (name: string) => join(root, 'node_modules/.bin', name);
const tool = (file: string, ...args: string[]) => [bin('tsx'), join(root, 'tools', file), ...args];
const nx = (...targets: string[]) => [
  bin('nx'),
  'run-many',
  '--outputStyle=static',
  ...(process.env.CI ? ['--skip-nx-cache'] : []),
  '-t',
  ...targets,
];

/** Cheapest first, so that a slip of the pen is told within seconds. Each runs even if one before it failed. */
const checks: readonly Check[] = [
  { name: 'format', command: [bin('biome'), 'ci', '.'] },
  { name: 'prisma client', command: nx('generate') },
  {
    name: 'schema.graphql and docs/sweep.schema.json are what the code says',
    command: tool('schema.ts', '--check'),
  },
  { name: 'the typed client is what codegen writes', command: tool('codegen.ts', '--check') },
  { name: 'no migration is missing', command: tool('migrations.ts', '--check') },
  { name: 'nothing is unused', command: [bin('knip')] },
  { name: 'lint', command: nx('lint') },
  { name: 'types', command: nx('typecheck') },
  { name: 'unit and Postgres tests', command: nx('test') },
  { name: 'build', command: nx('build') },
  { name: 'end to end, in a browser too', command: [...nx('e2e'), '--parallel=1'] },
];

const run = (check: Check): Promise<boolean> =>
  new Promise((resolve) => {
    const [command, ...args] = check.command;
    const child = spawn(command as string, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NEXT_TELEMETRY_DISABLED: '1' },
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });

const clearOldResults = () => {
  for (const folder of resultFolders(root)) rmSync(folder, { recursive: true, force: true });
};

const seconds = (sinceMs: number) => `${((Date.now() - sinceMs) / 1000).toFixed(0)} s`;

/**
 * Runs every check and prints, last, `N passed, N failed`: the tests that ran, counted from the runners' own
 * reports. A check that fails without a failing test (lint, types, drift) counts as one failure.
 */
export const test = async (): Promise<void> => {
  const started = Date.now();
  clearOldResults();
  const failedChecks: string[] = [];
  for (const [index, check] of checks.entries()) {
    const at = Date.now();
    console.log(`\n[${index + 1}/${checks.length}] ${check.name}`);
    const passed = await run(check);
    console.log(
      `[${index + 1}/${checks.length}] ${check.name}: ${passed ? 'ok' : 'FAILED'} in ${seconds(at)}`,
    );
    if (!passed) failedChecks.push(check.name);
  }
  report(readTotals(root), failedChecks, started);
};

const report = (totals: Totals, failedChecks: readonly string[], started: number) => {
  console.log(
    `\n${checks.length - failedChecks.length} of ${checks.length} checks ok in ${seconds(started)}`,
  );
  for (const name of failedChecks) console.log(`  FAILED: ${name}`);
  for (const name of totals.failures) console.log(`  FAILED TEST: ${name}`);
  const failed = Math.max(totals.failed, failedChecks.length);
  console.log(
    `${totals.passed} passed, ${failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
  );
  process.exitCode = failed === 0 && totals.passed > 0 ? 0 : 1;
};
