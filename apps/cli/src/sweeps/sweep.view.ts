/** How a sweep looks in a terminal. */
import type {
  SweepLineFragment,
  SweepPageQuery,
  SweepState,
  SweepVersionsQuery,
} from '@plumage/api-client/operations';
import type { Paint, Tone } from '../terminal/paint.ts';
import { type Cell, layoutFacts, layoutTable } from '../terminal/table.layout.ts';
import { visible } from '../terminal/text.width.ts';
import { agoText, figureText } from '../terminal/words.format.ts';

type SweepPage = NonNullable<SweepPageQuery['sweep']>;

const stateTones: Readonly<Record<SweepState, Tone>> = {
  RUNNING: 'busy',
  STOPPING: 'busy',
  PAUSED: 'dim',
  FINISHED: 'good',
  CANCELLED: 'dim',
};

export const sweepStateCell = (state: SweepState): Cell => ({
  text: state.toLowerCase(),
  tone: stateTones[state],
});

/** "3 running", or "8: 3 running, 5 queued". */
const countsText = ({ runCounts }: SweepLineFragment): string => {
  const { total, ...states } = runCounts;
  const parts = Object.entries(states)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return parts.length === 1 ? parts.join() : [String(total), parts.join(', ')].filter(Boolean).join(': ');
};

const bestText = ({ bestRun }: SweepLineFragment): string | null =>
  bestRun === null ? null : `${figureText(bestRun.objective) ?? '-'} by ${bestRun.name}`;

const metricText = ({ metricName, metricGoal }: SweepLineFragment): string | null =>
  metricName === null ? null : `${metricGoal ?? 'minimize'} ${metricName}`;

export const sweepTable = (
  sweeps: readonly SweepLineFragment[],
  now: Date,
  paint: Paint,
  room: number | undefined,
): string =>
  layoutTable(
    [
      { title: 'name', shrink: true },
      { title: 'state' },
      { title: 'method' },
      { title: 'runs', shrink: true },
      { title: 'best', align: 'right' },
      { title: 'created' },
      { title: 'id' },
    ],
    sweeps.map((sweep) => [
      { text: sweep.name, tone: 'strong' },
      sweepStateCell(sweep.state),
      sweep.method,
      countsText(sweep),
      figureText(sweep.bestRun?.objective ?? null),
      agoText(sweep.createdAt, now),
      { text: sweep.id, tone: 'dim' },
    ]),
    paint,
    room,
  );

/** "2.5 of 8 hours, 12 of 100 slot hours"; null without a limit. */
const budgetText = ({ hours, acceleratorHours, ...used }: SweepPage['budget']): string | null => {
  const part = (spent: number, limit: number | null, unit: string) =>
    limit === null ? [] : [`${figureText(spent)} of ${figureText(limit)} ${unit}`];
  const parts = [
    ...part(used.usedHours, hours, 'hours'),
    ...part(used.usedAcceleratorHours, acceleratorHours, 'slot hours'),
  ];
  return parts.length === 0 ? null : parts.join(', ');
};

export const sweepFacts = (sweep: SweepPage, now: Date, paint: Paint): string =>
  layoutFacts(
    [
      ['name', { text: sweep.name, tone: 'strong' }],
      ['id', sweep.id],
      ['description', sweep.description],
      ['project', `${sweep.project.name} (${sweep.project.slug})`],
      ['state', sweepStateCell(sweep.state)],
      ['because', sweep.stateReason],
      ['method', sweep.method],
      ['objective', metricText(sweep)],
      ['best', bestText(sweep)],
      ['runs', countsText(sweep)],
      ['run cap', sweep.runCap === null ? null : String(sweep.runCap)],
      ['budget', budgetText(sweep.budget)],
      ['at once', sweep.concurrency === null ? null : String(sweep.concurrency)],
      ['seed', String(sweep.seed)],
      ['version', String(sweep.version)],
      ['metrics', sweep.metricKeys.length > 0 ? sweep.metricKeys.join(', ') : null],
      ['created', agoText(sweep.createdAt, now)],
      ['finished', agoText(sweep.finishedAt, now)],
    ],
    paint,
  );

type SweepVersions = NonNullable<SweepVersionsQuery['sweep']>['versions'];

/** Each version with its changes below it, newest last. */
export const versionTable = (versions: SweepVersions, now: Date, paint: Paint): string =>
  [...versions]
    .sort((a, b) => a.version - b.version)
    .map(({ version, changes, note, createdAt, byName }) => {
      const by = byName === null ? '' : ` by ${byName}`;
      const head = `${paint('strong', `version ${version}`)}  ${paint('dim', `${agoText(createdAt, now) ?? ''}${by}`)}`;
      const why = note === null ? [] : [`  ${paint('dim', 'note:')} ${visible(note)}`];
      return [head, ...changes.map((change) => `  ${visible(change)}`), ...why].join('\n');
    })
    .join('\n');
