/** `plumage runs metrics`: a run's curves as a table, as CSV or as JSON. */
import type { ApiClient } from '@plumage/api-client';
import { RunPageDocument, SeriesDocument, type SeriesQuery } from '@plumage/api-client/operations';
import { closestName } from '@plumage/contract';
import { CommandError, UsageError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { csvLine } from '../terminal/csv.writer.ts';
import { layoutTable } from '../terminal/table.layout.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { figureText } from '../terminal/words.format.ts';
import { findRunId, runArgument } from './run.finder.ts';

type Series = SeriesQuery['series'][number];

/** What a person wants to see at once, and what a plot wants. */
const TABLE_POINTS = 20;
const FILE_POINTS = 400;

const refuseUnknown = async (
  api: ApiClient,
  id: string,
  argument: string,
  missing: string,
): Promise<never> => {
  const { run } = await api.request(RunPageDocument, { id });
  if (run === null) throw new CommandError('NOT_FOUND', `There is no run with the id ${id}.`);
  const known = run.metrics.map(({ key }) => key);
  const near = closestName(missing, known);
  const hint =
    known.length === 0
      ? 'It has recorded no metric yet.'
      : `${near === null ? '' : `Did you mean ${near}? `}It has ${known.join(', ')}.`;
  throw new CommandError('NO_SUCH_METRIC', `${argument} has no metric "${missing}".`, hint);
};

const rowsOf = (series: readonly Series[]) =>
  series.flatMap(({ key, steps, last, min, max }) =>
    steps.map((step, i) => ({ key, step, last: last[i] ?? null, min: min[i] ?? null, max: max[i] ?? null })),
  );

const printTable = (terminal: Terminal, series: readonly Series[]): void => {
  const table = layoutTable(
    [
      { title: 'metric', shrink: true },
      { title: 'step', align: 'right' },
      { title: 'last', align: 'right' },
      { title: 'min', align: 'right' },
      { title: 'max', align: 'right' },
    ],
    rowsOf(series).map((row) => [
      row.key,
      String(row.step),
      figureText(row.last),
      figureText(row.min),
      figureText(row.max),
    ]),
    terminal.paint,
    terminal.columns,
  );
  terminal.out(table);
};

export const runMetrics = defineCommand({
  path: ['runs', 'metrics'],
  summary: "Print a run's curves: last, least and greatest value of each stretch of steps",
  argument: runArgument,
  flags: {
    metric: { type: 'string', value: 'NAME', multiple: true, required: true, help: 'such as g/loss' },
    csv: { type: 'boolean', help: 'key,step,last,min,max as CSV' },
    points: {
      type: 'string',
      value: 'N',
      range: [2, 2000],
      help: `stretches at most (default: ${TABLE_POINTS} in a table, else ${FILE_POINTS})`,
    },
  },
  examples: [
    'plumage runs metrics quickstart/heron-0003 --metric eval/r_precision',
    'plumage runs metrics ID --metric g/loss,d/loss --csv --points 2000 > loss.csv',
  ],
  async run({ terminal, json, api }, { metric: keys, csv, points }, argument) {
    if (json && csv) {
      throw new UsageError(
        'OPTION_VALUE',
        'runs metrics',
        '--csv and --json contradict each other; give one.',
      );
    }
    const id = await findRunId(api(), argument);
    const wanted = Number(points ?? (csv || json ? FILE_POINTS : TABLE_POINTS));
    const { series } = await api().request(SeriesDocument, {
      input: { runIds: [id], keys: [...keys], points: wanted },
    });
    const missing = keys.find((key) => !series.some((one) => one.key === key && one.totalPoints > 0));
    if (missing !== undefined) await refuseUnknown(api(), id, argument, missing);
    if (json) terminal.out(JSON.stringify(series, null, 2));
    else if (!csv) printTable(terminal, series);
    else {
      terminal.out('key,step,last,min,max');
      for (const { key, step, last, min, max } of rowsOf(series)) {
        terminal.out(csvLine([key, step, last, min, max]));
      }
    }
    return 0;
  },
});
