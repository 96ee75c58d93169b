/** `plumage samples export`: a run's or a sweep's pictures as PNG files, with an index of what shows what. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GalleryDocument, type SampleFilterInput, type SampleKind } from '@plumage/api-client/operations';
import { UsageError } from '../command/command.error.ts';
import { type Context, defineCommand } from '../command/command.type.ts';
import { findRunId } from '../runs/run.finder.ts';
import { walkPages } from '../server/page.walk.ts';
import { findSweepId } from '../sweeps/sweep.finder.ts';
import { downloadAll } from './sample.download.ts';
import { type IndexEntry, indexEntry } from './sample.file.ts';
import { checkSameRuns, readIndex, writeIndex } from './sample.index.ts';

const name = 'samples export';

const kinds = {
  'train-grid': 'TRAIN_GRID',
  render: 'RENDER',
  real: 'REAL',
  'text-interpolation': 'TEXT_INTERPOLATION',
  'noise-interpolation': 'NOISE_INTERPOLATION',
  'style-transfer': 'STYLE_TRANSFER',
} as const satisfies Record<string, SampleKind>;

const kindFilter = (word: string | undefined): SampleFilterInput => {
  const kind = Object.entries(kinds).find(([known]) => known === word)?.[1];
  return kind === undefined ? {} : { kind };
};

const stepFilter = (step: string | undefined): SampleFilterInput => {
  if (step === undefined) return {};
  if (step === 'latest') return { latestOnly: true };
  if (/^\d{1,9}$/.test(step)) return { step: Number(step) };
  throw new UsageError('OPTION_VALUE', name, `--step is "${step}"; expected a whole number or latest.`);
};

const whoseFilter = async (
  { api }: Context,
  run: string | undefined,
  sweep: string | undefined,
): Promise<SampleFilterInput> => {
  if (run !== undefined && sweep === undefined) return { runIds: [await findRunId(api(), run)] };
  if (sweep !== undefined && run === undefined) return { sweepId: await findSweepId(api(), sweep) };
  throw new UsageError(
    'MISSING_OPTION',
    name,
    'Expected either --run ID or --sweep ID, to say whose pictures.',
  );
};

/** Every picture once: new ones arrive while the pages are read, and push the last of a page into the next. */
const listEntries = async (context: Context, filter: SampleFilterInput): Promise<IndexEntry[]> => {
  const { nodes } = await walkPages(0, async (first, after) => {
    context.terminal.progress('Listing pictures ...');
    return (await context.api().request(GalleryDocument, { first, after, filter })).samples;
  });
  return [...new Map(nodes.map((sample) => [sample.id, indexEntry(sample)])).values()];
};

export const exportSamples = defineCommand({
  path: ['samples', 'export'],
  summary: 'Write pictures as PNG files, with index.jsonl (caption, seed, step); goes on where it stopped',
  flags: {
    run: { type: 'string', value: 'ID|NAME', help: 'pictures of this run' },
    sweep: { type: 'string', value: 'ID|NAME', help: 'pictures of every run of this sweep' },
    step: { type: 'string', value: 'N|latest', help: 'of this step only, or of the last one (default: all)' },
    kind: {
      type: 'string',
      value: 'KIND',
      choices: Object.keys(kinds),
      help: 'of this kind only (default: all)',
    },
    out: { type: 'string', value: 'DIR', required: true, help: 'folder to write into; made if missing' },
  },
  examples: [
    'plumage samples export --sweep quickstart --step latest --out pictures',
    'plumage samples export --run quickstart/heron-0003 --out heron',
    'jq -r \'select(.caption | test("tomato")) | .file\' pictures/index.jsonl',
  ],
  async run(context, { run, sweep, step, kind, out }) {
    const { terminal, world } = context;
    const filter = { ...stepFilter(step), ...kindFilter(kind), ...(await whoseFilter(context, run, sweep)) };
    const folder = resolve(world.cwd, out);
    const kept = await readIndex(folder);
    const entries = await listEntries(context, filter);
    checkSameRuns(kept, entries, out);
    await mkdir(folder, { recursive: true });
    const counts = await downloadAll(context.api(), folder, entries, (count) =>
      terminal.progress(`${count} of ${entries.length} pictures`),
    );
    for (const entry of entries) kept.set(entry.file, entry);
    await writeIndex(folder, kept.values());
    terminal.progress('');
    if (context.json) terminal.out(JSON.stringify({ folder, pictures: entries.length, ...counts }, null, 2));
    else if (entries.length === 0) terminal.out('No such pictures.');
    else {
      const how = counts.kept === 0 ? '' : ` (${counts.fetched} fetched, ${counts.kept} were there)`;
      terminal.out(
        `${entries.length} ${entries.length === 1 ? 'picture' : 'pictures'} in ${out}${how}; ${out}/index.jsonl says what they show.`,
      );
    }
    return 0;
  },
});
