/** The figures of docs/search.md: tables of regret and of cost, in Markdown, from one result of the bench. */
import type { Pair } from './compare.ts';
import type { SearchReport, SearchResults } from './results.ts';
import type { Mode } from './study.ts';

const figure = (value: number): string => String(Number(value.toPrecision(3)));
const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

/** The better side in bold when it is more than chance. */
const cells = (pair: Pair | undefined): string[] => {
  if (pair === undefined) return ['', '', ''];
  const [ours, optuna] = [figure(pair.medianRegret.ours), figure(pair.medianRegret.optuna)];
  return [
    pair.verdict === 'better' ? `**${ours}**` : ours,
    pair.verdict === 'worse' ? `**${optuna}**` : optuna,
    pValue(pair.p),
  ];
};

const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

const samplerTable = (sampler: string, pairs: readonly Pair[]): string => {
  const modes = unique(pairs.map(({ mode }) => mode));
  const heads: Readonly<Record<Mode, string[]>> = {
    sequential: ['ours', 'Optuna', 'p'],
    flight8: ['eight running: ours', 'Optuna', 'p'],
  };
  const head = ['function', 'runs', 'seeds', ...modes.flatMap((mode) => heads[mode])];
  const lines = unique(pairs.map((pair) => pair.function)).map((name) => {
    const of = pairs.filter((pair) => pair.function === name);
    const [first] = of;
    const figures = modes.flatMap((mode) => cells(of.find((pair) => pair.mode === mode)));
    return row([name, String(first?.trials), String(first?.seeds), ...figures]);
  });
  const rule = row(head.map((_, i) => (i === 0 ? '---' : '--:')));
  return [
    `### ${sampler}`,
    '',
    row(head),
    rule,
    ...lines,
    '',
    `![${sampler}: regret of Plumage and Optuna by number of runs](images/search-${sampler}.svg)`,
  ].join('\n');
};

const costTable = ({ suggestMs }: SearchResults): string => {
  const past = ['100', '1000', '10000'];
  const head = [
    'sampler',
    ...past.flatMap((runs) => [`${Number(runs).toLocaleString('en')} runs: ours`, 'Optuna']),
  ];
  const lines = Object.entries(suggestMs).map(([sampler, costs]) =>
    row([
      sampler,
      ...past.flatMap((runs) => {
        const cost = costs[runs];
        return [cost ? figure(cost.ours.median) : '', cost?.optuna == null ? '' : figure(cost.optuna)];
      }),
      figure(costs['10000']?.ours.first ?? Number.NaN),
    ]),
  );
  const full = [...head, 'ours, the first after a restart'];
  return [row(full), row(full.map((_, i) => (i === 0 ? '---' : '--:'))), ...lines].join('\n');
};

/** Everything of docs/search.md that is measured. */
export const figuresMarkdown = ({ machine, commit, results }: SearchReport): string => {
  const { versions, cpu } = results.optuna;
  const samplers = unique(results.pairs.map(({ sampler }) => sampler));
  const compared = results.pairs.length;
  return [
    `\`npm run bench -- search --json --curves\` at commit ${commit.slice(0, 7)} on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node.slice(1)}; Optuna ${versions.optuna} (Python ${versions.python}, NumPy ${versions.numpy}, cmaes ${versions.cmaes}, PyTorch ${versions.torch}) on ${cpu}.`,
    '',
    `Of ${compared} comparisons ours is better in ${results.betterThanOptuna}, equal in ${results.equalToOptuna} and worse in ${results.worseThanOptuna}.`,
    '',
    '## Regret',
    '',
    ...samplers.flatMap((sampler) => [
      samplerTable(
        sampler,
        results.pairs.filter((pair) => pair.sampler === sampler),
      ),
      '',
    ]),
    '## Cost of a suggestion',
    '',
    "Milliseconds of CPU, the median of consecutive suggestions on hartmann6 (nsga2: zdt1). Optuna's are from one thread.",
    '',
    costTable(results),
  ].join('\n');
};
