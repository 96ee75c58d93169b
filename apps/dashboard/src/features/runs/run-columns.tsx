/** The columns of a runs table: what every run has, then one for each hyperparameter that differs between them. */
import type { RunLineFragment } from '@plumage/api-client/operations';
import { type ColorScheme, formatStep, formatValue, runColor } from '@plumage/charts';
import Link from 'next/link';
import type { SortValue, TableColumn } from '../../design/data-table.tsx';
import { RunSwatch } from '../../design/run-swatch.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { Ago } from '../../design/time.tsx';
import { assignmentOf, varyingKeys } from './assignment-columns.ts';

const sayScalar = (value: unknown): string => {
  if (value === undefined || value === null) return '–';
  return typeof value === 'number' ? formatValue(value, 5) : String(value);
};

const sortable = (value: unknown): SortValue => {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return typeof value === 'boolean' ? Number(value) : null;
};

const parameterColumns = (runs: readonly RunLineFragment[]): TableColumn<RunLineFragment>[] =>
  varyingKeys(runs.map((run) => assignmentOf(run.assignment))).map((key) => ({
    id: `param:${key}`,
    header: key,
    numeric: runs.some((run) => typeof assignmentOf(run.assignment)[key] === 'number'),
    sortBy: (run) => sortable(assignmentOf(run.assignment)[key]),
    cell: (run) => sayScalar(assignmentOf(run.assignment)[key]),
  }));

const leading = (scheme: ColorScheme): TableColumn<RunLineFragment>[] => [
  {
    id: 'number',
    header: '#',
    numeric: true,
    width: 40,
    sortBy: (run) => run.number,
    cell: (run) => run.number,
  },
  {
    id: 'name',
    header: 'Run',
    width: 120,
    sortBy: (run) => run.name,
    cell: (run) => (
      <>
        <RunSwatch style={runColor(run.id, scheme)} />
        <Link href={`/runs/${run.id}`}>{run.name}</Link>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: 92,
    sortBy: (run) => run.state,
    cell: (run) => <StateMark state={run.state} />,
  },
];

const sweepColumn: TableColumn<RunLineFragment> = {
  id: 'sweep',
  header: 'Sweep',
  sortBy: (run) => run.sweep.name,
  cell: (run) => <Link href={`/sweeps/${run.sweep.id}`}>{run.sweep.name}</Link>,
};

const trailing: readonly TableColumn<RunLineFragment>[] = [
  {
    id: 'step',
    header: 'Step',
    numeric: true,
    width: 96,
    sortBy: (run) => run.step,
    cell: (run) =>
      `${formatStep(run.step)}${run.totalSteps === null ? '' : ` / ${formatStep(run.totalSteps)}`}`,
  },
  {
    id: 'speed',
    header: 'img/s',
    numeric: true,
    width: 56,
    sortBy: (run) => run.slot?.imagesPerSecond ?? null,
    cell: (run) => formatValue(run.slot?.imagesPerSecond, 3),
  },
  {
    id: 'updated',
    header: 'Updated',
    numeric: true,
    width: 88,
    sortBy: (run) => Date.parse(run.updatedAt),
    cell: (run) => <Ago at={run.updatedAt} />,
  },
];

const objectiveColumn = (name: string): TableColumn<RunLineFragment> => ({
  id: 'objective',
  header: name,
  numeric: true,
  sortBy: (run) => run.objective,
  cell: (run) => formatValue(run.objective),
});

/** `sweep` null: the table holds runs of many sweeps, so it names each one's sweep instead of the parameters. */
export const runColumns = (
  runs: readonly RunLineFragment[],
  scheme: ColorScheme,
  sweep: { readonly metricName: string | null } | null,
): TableColumn<RunLineFragment>[] =>
  sweep === null
    ? [...leading(scheme), sweepColumn, objectiveColumn('Objective'), ...trailing]
    : [
        ...leading(scheme),
        objectiveColumn(sweep.metricName ?? 'Objective'),
        ...parameterColumns(runs),
        ...trailing,
      ];
