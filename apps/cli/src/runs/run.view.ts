/** How a run looks in a terminal. */
import type { RunLineFragment, RunPageQuery, RunState } from '@plumage/api-client/operations';
import type { Paint, Tone } from '../terminal/paint.ts';
import { type Cell, layoutFacts, layoutTable } from '../terminal/table.layout.ts';
import { agoText, durationText, figureText, stepText, valueText } from '../terminal/words.format.ts';

type RunPage = NonNullable<RunPageQuery['run']>;

const stateTones: Readonly<Record<RunState, Tone>> = {
  QUEUED: 'dim',
  RUNNING: 'busy',
  PAUSED: 'dim',
  FINISHED: 'good',
  PRUNED: 'dim',
  FAILED: 'bad',
  CANCELLED: 'dim',
};

export const runStateCell = (state: RunState): Cell => ({
  text: state.toLowerCase(),
  tone: stateTones[state],
});

/** `cls_weight=0.5 interpolation=half` */
export const assignmentText = (assignment: unknown): string =>
  assignment === null || typeof assignment !== 'object'
    ? ''
    : Object.entries(assignment)
        .map(([name, value]) => `${name}=${valueText(value)}`)
        .join(' ');

export const runTable = (
  runs: readonly RunLineFragment[],
  now: Date,
  paint: Paint,
  room: number | undefined,
): string =>
  layoutTable(
    [
      { title: 'run' },
      { title: 'sweep', shrink: true },
      { title: 'state' },
      { title: 'step', align: 'right' },
      { title: 'objective', align: 'right' },
      { title: 'agent', shrink: true },
      { title: 'updated' },
      { title: 'parameters', shrink: true },
    ],
    runs.map((run) => [
      { text: run.name, tone: 'strong' },
      run.sweep.name,
      runStateCell(run.state),
      stepText(run.step, run.totalSteps),
      figureText(run.objective),
      run.slot === null ? null : `${run.slot.agent.name}:${run.slot.index}`,
      agoText(run.updatedAt, now),
      assignmentText(run.assignment),
    ]),
    paint,
    room,
  );

const metricTable = ({ metrics }: RunPage, paint: Paint, room: number | undefined): string =>
  layoutTable(
    [
      { title: 'metric', shrink: true },
      { title: 'last', align: 'right' },
      { title: 'min', align: 'right' },
      { title: 'max', align: 'right' },
      { title: 'step', align: 'right' },
    ],
    metrics.map(({ key, last, min, max, step }) => [
      key,
      figureText(last),
      figureText(min),
      figureText(max),
      String(step),
    ]),
    paint,
    room,
  );

const attemptTable = ({ attempts }: RunPage, now: Date, paint: Paint, room: number | undefined): string =>
  layoutTable(
    [
      { title: 'attempt', align: 'right' },
      { title: 'agent', shrink: true },
      { title: 'backend' },
      { title: 'from step', align: 'right' },
      { title: 'took' },
      { title: 'outcome' },
      { title: 'message', shrink: true },
    ],
    attempts.map((attempt) => [
      String(attempt.epoch),
      `${attempt.agentName}:${attempt.slotIndex}`,
      attempt.backend,
      String(attempt.resumedFromStep),
      durationText(attempt.startedAt, attempt.endedAt, now),
      attempt.outcome?.toLowerCase() ?? 'running',
      attempt.message,
    ]),
    paint,
    room,
  );

/** A stopping rule's reason carries its own sentence. */
const stopText = (reason: unknown): string | null => {
  if (reason === null || typeof reason !== 'object') return null;
  return 'sentence' in reason && typeof reason.sentence === 'string'
    ? reason.sentence
    : JSON.stringify(reason);
};

export const runFacts = (run: RunPage, now: Date, paint: Paint, room: number | undefined): string => {
  const checkpoint = run.checkpoints.reduce((last, { step }) => Math.max(last, step), -1);
  const failure = [run.failureClass, run.failureMessage].filter((part) => part !== null).join(': ');
  const facts = layoutFacts(
    [
      ['run', { text: run.name, tone: 'strong' }],
      ['id', run.id],
      ['sweep', `${run.sweep.name} (${run.sweep.id})`],
      ['state', runStateCell(run.state)],
      ['step', stepText(run.step, run.totalSteps)],
      [
        'objective',
        run.objective === null ? null : `${figureText(run.objective)} at step ${run.objectiveStep}`,
      ],
      ['parameters', assignmentText(run.assignment) || null],
      ['agent', run.slot === null ? null : `${run.slot.agent.name}:${run.slot.index} (${run.slot.device})`],
      ['images/s', figureText(run.slot?.imagesPerSecond ?? null)],
      ['backend', run.backend],
      ['code', run.codeVersion],
      ['dataset', run.datasetDigest],
      ['failure', failure === '' ? null : { text: failure, tone: 'bad' }],
      ['stopped', stopText(run.stopReason)],
      ['pictures', run.sampleSteps.length === 0 ? null : `at ${run.sampleSteps.length} steps`],
      ['checkpoint', checkpoint < 0 ? null : `step ${checkpoint}`],
      ['started', agoText(run.startedAt, now)],
      ['took', run.finishedAt === null ? null : durationText(run.startedAt, run.finishedAt, now)],
    ],
    paint,
  );
  const parts = [facts];
  if (run.metrics.length > 0) parts.push(metricTable(run, paint, room));
  if (run.attempts.length > 0) parts.push(attemptTable(run, now, paint, room));
  return parts.join('\n\n');
};
