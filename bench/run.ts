/**
 * `npm run bench -- NAME [--json] [options]`: imports bench/NAME.ts, calls its `run` with the remaining arguments
 * and prints what it measured. With --json the last line is one JSON object {name, machine, commit, results};
 * without, the same object is printed for people. A bench measures and asserts nothing.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What every bench module exports. */
interface Bench {
  /** One line: what it measures and its options. */
  readonly usage: string;
  /** Measures; `note` prints progress for people. */
  readonly run: (args: string[], note: (line: string) => void) => Promise<unknown>;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

function machine() {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryMb: Math.floor(totalmem() / 2 ** 20),
    node: process.version,
  };
}

async function commit(): Promise<string> {
  try {
    return (await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: folder })).stdout.trim();
  } catch {
    // A copy without its history still has figures worth printing.
    return 'unknown';
  }
}

function benchNames(): string[] {
  return readdirSync(folder)
    .filter((file) => /^[a-z-]+\.ts$/.test(file) && file !== 'run.ts')
    .map((file) => file.slice(0, -'.ts'.length));
}

const [name = '', ...rest] = process.argv.slice(2);
const file = new URL(`./${name}.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || name === 'run' || !existsSync(file)) {
  console.error(
    `usage: npm run bench -- NAME [--json] [options]\nNAME is one of: ${benchNames().join(', ')}`,
  );
  process.exit(1);
}
const bench = (await import(file.href)) as Bench;
if (rest.includes('--help')) {
  console.log(bench.usage);
} else {
  const json = rest.includes('--json');
  const args = rest.filter((argument) => argument !== '--json');
  const note = (line: string) => console.error(line);
  try {
    const results = await bench.run(args, note);
    const report = { name, machine: machine(), commit: await commit(), results };
    console.log(json ? JSON.stringify(report) : JSON.stringify(report, null, 2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
