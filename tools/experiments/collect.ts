/**
 * `npx tsx tools/experiments/collect.ts --server URL --key KEY`: takes the finished sweeps of examples/experiments from a
 * Plumage server into recorded.json and docs/images/experiments, asking one of its agents for the ways between
 * pictures. Pictures are those of seed 1: none is chosen. Then report.ts writes the page.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ApiClient, createApiClient } from '@plumage/api-client';
import type { RunLineFragment, SampleTileFragment } from '@plumage/api-client/operations';
import { modeOf, type Recorded, type RecordedRun, type RecordedWay } from './record.ts';
import { bytesOf, drawn, recordRun, runsOf, samplesOf } from './server.ts';
import { sheetOf, unevennessOf } from './sheet.ts';

const { values: given } = parseArgs({ options: { server: { type: 'string' }, key: { type: 'string' } } });
if (!given.server || !given.key) throw new Error('expected --server URL --key KEY, a viewer or editor key');
const api: ApiClient = createApiClient({ url: given.server, key: given.key });
const folder = new URL('../../docs/images/experiments/', import.meta.url);
mkdirSync(folder, { recursive: true });

const save = (name: string, bytes: Uint8Array) => {
  writeFileSync(new URL(name, folder), bytes);
  console.log(`docs/images/experiments/${name}`);
};

/** Rows by the value of a key, in the order that they come in. */
const rowsBy = async (samples: readonly SampleTileFragment[], key: 'promptIndex' | 'seed') => {
  const values = [...new Set(samples.map((sample) => sample[key]))];
  const rows = values.map((value) => samples.filter((sample) => sample[key] === value));
  return Promise.all(rows.map((row) => Promise.all(row.map((sample) => bytesOf(api, sample)))));
};

const sentences = [
  ['tomato', 'whale'],
  ['grapes', 'broccoli'],
  ['maple leaf', 'cactus'],
] as const;
const noises = [
  ['tomato', 1, 2],
  ['tulip', 3, 4],
  ['cactus', 5, 6],
] as const;
const frames = 9;

/** Both kinds of interpolation, of one run; sheets of the run with seed 1. */
const waysOf = async (run: RunLineFragment, { seed, assignment }: RecordedRun): Promise<RecordedWay[]> => {
  const mode = modeOf(assignment);
  const ways: RecordedWay[] = [];
  const sheets: Record<RecordedWay['kind'], Uint8Array[][]> = { sentences: [], noise: [] };
  const take = async (kind: RecordedWay['kind'], ends: readonly [string, string], way: Uint8Array[]) => {
    sheets[kind].push(way);
    ways.push({ mode, seed, kind, ends, unevenness: await unevennessOf(way) });
  };
  for (const ends of sentences) {
    const [from, to] = ends;
    const request = { kind: 'TEXT_INTERPOLATION', from, to, frames, seed: 1, path: 'linear' } as const;
    await take('sentences', ends, await drawn(api, run.id, request));
  }
  for (const [caption, fromSeed, toSeed] of noises) {
    const request = {
      kind: 'NOISE_INTERPOLATION',
      caption,
      fromSeed,
      toSeed,
      frames,
      path: 'spherical',
    } as const;
    await take(
      'noise',
      [`${caption}, seed ${fromSeed}`, `seed ${toSeed}`],
      await drawn(api, run.id, request),
    );
  }
  if (seed === 1) {
    save(`sentences-${mode.toLowerCase()}.webp`, await sheetOf(sheets.sentences));
    if (mode === 'GAN-INT-CLS') save('noise.webp', await sheetOf(sheets.noise));
  }
  return ways;
};

const all = async (name: string) => {
  const lines = await runsOf(api, name);
  const runs = [];
  for (const line of lines) runs.push({ line, recorded: await recordRun(api, line) });
  return runs;
};

const [judge, modes, generators, styles] = [
  await all('judge'),
  await all('modes'),
  await all('backgrounds'),
  await all('style'),
];

const ways: RecordedWay[] = [];
for (const { line, recorded } of modes) {
  if (recorded.seed === 1) {
    const grid = await samplesOf(api, line, 'TRAIN_GRID');
    save(
      `modes-${modeOf(recorded.assignment).toLowerCase()}.webp`,
      await sheetOf(await rowsBy(grid, 'promptIndex')),
    );
  }
  ways.push(...(await waysOf(line, recorded)));
}
const first = styles[0] as (typeof styles)[number];
const givenStyles = await samplesOf(api, first.line, 'REAL');
const painted = await samplesOf(api, first.line, 'STYLE_TRANSFER');
const grid = painted.filter(({ width }) => width === 64);
save('style-transfer.webp', await sheetOf(await rowsBy([...givenStyles, ...grid], 'seed')));
for (const curve of painted.filter(({ width }) => width !== 64)) {
  const label = /^ROC of (\w+)/.exec(curve.prompt)?.[1] ?? 'unknown';
  save(`roc-${label}.png`, await bytesOf(api, curve));
}

const recorded: Recorded = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  judge: judge[0]?.recorded as RecordedRun,
  modes: modes.map((run) => run.recorded),
  generators: generators.map((run) => run.recorded),
  styles: styles.map((run) => run.recorded),
  ways,
};
writeFileSync(new URL('./recorded.json', import.meta.url), `${JSON.stringify(recorded, null, 1)}\n`);
