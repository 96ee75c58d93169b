/** The measured parts of docs/experiments.md and of the README, as Markdown. */
import { besides, type Figure, mean, seenFigures, spread, unseenFigures, valuesOf } from './figures.ts';
import { modeNames, modeOf, type Recorded, type RecordedRun, type RecordedWay } from './record.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n');

const ofMode = (runs: readonly RecordedRun[], mode: string): RecordedRun[] =>
  runs.filter(({ assignment }) => modeOf(assignment) === mode);

const seeds = (runs: readonly RecordedRun[]): number => new Set(runs.map(({ seed }) => seed)).size;

/** Rows of figures, a column for each mode, and beside them what luck gives and what real pictures reach. */
const modeTable = (runs: readonly RecordedRun[], figures: readonly Figure[]): string =>
  table(
    ['', ...modeNames, 'luck', 'real'],
    figures.map((figure) => [
      figure.title,
      ...modeNames.map((mode) => spread(valuesOf(ofMode(runs, mode), figure.metric))),
      ...besides(runs, figure),
    ]),
  );

/** Where and how long. */
const conditions = (runs: readonly RecordedRun[], recorded: Recorded): string => {
  const first = runs[0] as RecordedRun;
  const minutes = mean(runs.map(({ seconds }) => seconds)) / 60;
  const [count, each] = runs.length === 1 ? ['One run', ''] : [`${runs.length} runs`, ' each'];
  return (
    `${count} of ${first.steps} steps, ${minutes.toFixed(0)} minutes${each} beside other work on ${first.device}; ` +
    `dataset digest \`${first.datasetDigest.slice(0, 16)}\`; commit ${recorded.commit}.`
  );
};

const judgeSection = (recorded: Recorded): string => {
  const { judge } = recorded;
  const at = (metric: string) => spread(valuesOf([judge], metric));
  const lines = [
    ['finds the name of a picture', 'eval/instance_accuracy', 'eval/instance_chance'],
    ['finds its class', 'eval/zero_shot_accuracy', 'eval/zero_shot_chance'],
  ].map(([title, metric, chance]) => [
    title as string,
    at(`${metric}_train`),
    at(`${chance}_train`),
    at(metric as string),
    at(chance as string),
  ]);
  return `${conditions([judge], recorded)}\n\n${table(['the judge', 'training classes', 'luck', 'unseen classes', 'luck'], lines)}`;
};

const modesSection = (recorded: Recorded): string =>
  [
    `${conditions(recorded.modes, recorded)} Mean ± deviation over ${seeds(recorded.modes)} seeds, at the last step.`,
    '#### Captions of classes never seen in training',
    modeTable(recorded.modes, unseenFigures),
    '#### Captions of training classes',
    modeTable(recorded.modes, seenFigures),
  ].join('\n\n');

const styleRow = (runs: readonly RecordedRun[], label: string): string[] => [
  label,
  spread(valuesOf(runs, `eval/style_auc_${label}`)),
  spread(valuesOf(runs, `eval/style_auc_${label}_std`)),
  spread(valuesOf(runs, `eval/style_auc_${label}_text_baseline`)),
  '0.5',
];

const labelsOf = (runs: readonly RecordedRun[]): string[] =>
  [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))]
    .flatMap((metric) => /^eval\/style_auc_([a-z]+)$/.exec(metric)?.[1] ?? [])
    .sort();

const styleSection = (recorded: Recorded): string =>
  [
    `${conditions(recorded.styles, recorded)} The generator: ${conditions(recorded.generators, recorded).replace(/^One/, 'one')} Mean ± deviation over ${seeds(recorded.styles)} seeds of the style encoder.`,
    table(
      ['same ...', 'area under the curve', 'deviation over folds', "its captions' area", 'luck'],
      labelsOf(recorded.styles).map((label) => styleRow(recorded.styles, label)),
    ),
    `Share of the noise that the encoders miss (\`eval/noise_error\`): ${spread(valuesOf(recorded.styles, 'eval/noise_error'))}; always answering 0 misses 1.`,
  ].join('\n\n');

const evenness = (ways: readonly RecordedWay[], kind: RecordedWay['kind'], mode: string): string => {
  const seedsThere = [...new Set(ways.map(({ seed }) => seed))];
  const of = (seed: number) =>
    ways.filter((way) => way.kind === kind && way.mode === mode && way.seed === seed);
  return spread(seedsThere.map((seed) => mean(of(seed).map(({ unevenness }) => unevenness))));
};

const waysSection = (recorded: Recorded): string =>
  table(
    ['largest step over the mean step', ...modeNames],
    (['sentences', 'noise'] as const).map((kind) => [
      kind === 'sentences' ? 'between sentences, noise fixed' : 'between noises, text fixed',
      ...modeNames.map((mode) => evenness(recorded.ways, kind, mode)),
    ]),
  );

/** By the name that stands in the page's marks. */
export const sectionsOf = (recorded: Recorded): Readonly<Record<string, string>> => ({
  judge: judgeSection(recorded),
  modes: modesSection(recorded),
  style: styleSection(recorded),
  ways: waysSection(recorded),
});

/** The README's table: a line an experiment. */
export const readmeTable = (recorded: Recorded): string => {
  const best = (metric: string, title: string, luck: string) => [
    title,
    ...modeNames.map((mode) => spread(valuesOf(ofMode(recorded.modes, mode), metric))),
    luck,
  ];
  const auc = (label: string) => spread(valuesOf(recorded.styles, `eval/style_auc_${label}`));
  const baseline = (label: string) =>
    spread(valuesOf(recorded.styles, `eval/style_auc_${label}_text_baseline`));
  const styles = labelsOf(recorded.styles).map(
    (label) => `same ${label}: area ${auc(label)}, by captions ${baseline(label)} (luck 0.5)`,
  );
  return [
    table(
      ['', ...modeNames, 'luck or floor'],
      [
        best('eval/reciprocal_rank', 'reciprocal rank, training captions, up', '0.052'),
        best('eval/reciprocal_rank_unseen', 'reciprocal rank, unseen classes, up', '0.052'),
        best(
          'eval/kid_unseen',
          'kernel distance, unseen classes, down',
          spread(valuesOf(recorded.modes.slice(0, 1), 'eval/kid_unseen_floor')),
        ),
        best('eval/diversity', 'diversity of one caption', ''),
      ],
    ),
    `Style verification: ${styles.join('; ')}.`,
  ].join('\n\n');
};
