/**
 * What an edit changes, sentence by sentence, and what no edit may change. Compared are the compiled definitions, so
 * a comment or another order of keys is no change.
 */
import type {
  DefinitionProblem,
  ExcludedRange,
  Exclusion,
  ParameterDefinition,
  SweepDefinition,
} from '@plumage/contract';

/** `run_cap 20 → 50`, `learning_rate: max 0.01 → 0.1`, `optimizer: added rmsprop`. Empty when nothing has changed. */
export function describeChanges(before: SweepDefinition, after: SweepDefinition): string[] {
  const { parameters, metrics, exclude, ...rest } = before;
  const plain = Object.entries(rest).flatMap(([key, value]) =>
    key === 'metric' ? [] : differences(written(key), value, Reflect.get(after, key)),
  );
  const targets = metrics.flatMap((metric, i) =>
    differences(
      metrics.length > 1 ? `target of ${metric.name}` : 'target',
      metric.target,
      after.metrics[i]?.target,
    ),
  );
  return [
    ...plain,
    ...targets,
    ...parameterChanges(parameters, after.parameters),
    ...listChanges('exclude:', exclude.map(region), after.exclude.map(region)),
  ];
}

/** Whether the search itself is another: what it may suggest, how many, and until when. */
export function changesSearch(before: SweepDefinition, after: SweepDefinition): boolean {
  const search = ({ method, parameters, metrics, exclude, runCap, budget, pbt }: SweepDefinition) =>
    JSON.stringify([method, parameters, metrics, exclude, runCap, budget, pbt]);
  return search(before) !== search(after);
}

/** What runs are compared by, what trains them and what decides their numbers stay, or results would mean two things. */
export function problemsOfChange(before: SweepDefinition, after: SweepDefinition): DefinitionProblem[] {
  const goals = ({ metrics }: SweepDefinition) =>
    metrics.map(({ name, goal }) => `${goal} ${name}`).join(', ') || null;
  const population = ({ pbt }: SweepDefinition) =>
    pbt && [pbt.population, pbt.interval].join(' members, every ');
  const isPbt = ({ method }: SweepDefinition) =>
    method === 'pbt' ? 'pbt' : 'a method that starts runs afresh';
  const fixed: readonly [path: string, before: unknown, after: unknown][] = [
    [before.metrics.length > 1 ? 'metrics' : 'metric', goals(before), goals(after)],
    ['trainer', before.trainer, after.trainer],
    ['dataset', before.dataset, after.dataset],
    ['seed', before.seed, after.seed],
    ['objective_at', before.objectiveAt, after.objectiveAt],
    ['warm_start', before.warmStart.join(', ') || null, after.warmStart.join(', ') || null],
    ['method', isPbt(before), isPbt(after)],
    ['pbt', population(before), population(after)],
  ];
  return fixed.flatMap(([path, was, is]) =>
    was === is
      ? []
      : {
          path,
          message: `stays for the life of a sweep: its runs were made with ${shown(was)}`,
          expected: `${shown(was)}, or a new sweep`,
          value: is ?? null,
          line: null,
        },
  );
}

/** As it is written: camelCase is snake_case there. */
const written = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function differences(path: string, before: unknown, after: unknown): string[] {
  if (same(before, after)) return [];
  if (isMapping(before) && isMapping(after) && same(before['type'], after['type'])) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(`${path} ${written(key)}`, before[key], after[key]));
  }
  return [`${path} ${shown(before)} → ${shown(after)}`];
}

/** `none`, a scalar, a list, or `median (min_steps 5)`. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (!isMapping(value)) return String(value);
  const { type, ...rest } = value;
  const told = Object.entries(rest)
    .filter(([, each]) => each !== null && each !== undefined)
    .map(([key, each]) => `${written(key)} ${shown(each)}`)
    .join(', ');
  if (type === undefined) return told === '' ? 'none' : told;
  return told === '' ? String(type) : `${type} (${told})`;
}

function parameterChanges(
  before: readonly ParameterDefinition[],
  after: readonly ParameterDefinition[],
): string[] {
  const next = new Map(after.map((parameter) => [parameter.path, parameter]));
  const former = new Set(before.map(({ path }) => path));
  return [
    ...before.flatMap((parameter) => {
      const now = next.get(parameter.path);
      return now === undefined ? [`${parameter.path}: removed`] : parameterChange(parameter, now);
    }),
    ...after
      .filter(({ path }) => !former.has(path))
      .map(({ path, distribution: { kind, ...numbers } }) => `${path}: added, ${kind} (${shown(numbers)})`),
  ];
}

function parameterChange(before: ParameterDefinition, after: ParameterDefinition): string[] {
  const { path } = before;
  const [was, is] = [before.distribution, after.distribution];
  const conditions = same(before.when, after.when) ? [] : [`${path}: when ${told(before)} → ${told(after)}`];
  if (was.kind !== is.kind) return [`${path}: ${was.kind} → ${is.kind}`, ...conditions];
  if (was.kind === 'categorical' && is.kind === 'categorical') {
    const values = listChanges(`${path}:`, was.values.map(shown), is.values.map(shown));
    const chances = differences(`${path}: probabilities`, was.probabilities, is.probabilities);
    return [...values, ...(was.values.length === is.values.length ? chances : []), ...conditions];
  }
  const numbers = Object.keys(was).flatMap((key) =>
    differences(`${path}: ${key}`, Reflect.get(was, key), Reflect.get(is, key)),
  );
  return [...numbers, ...conditions];
}

const told = ({ when }: ParameterDefinition): string =>
  when.length === 0
    ? 'always'
    : when.map(({ parameter, values }) => `${parameter} is ${values.join(' or ')}`).join(' and ');

function listChanges(path: string, before: readonly string[], after: readonly string[]): string[] {
  const added = after.filter((entry) => !before.includes(entry));
  const removed = before.filter((entry) => !after.includes(entry));
  const order =
    added.length + removed.length === 0 && !same(before, after) ? [`${path} in another order`] : [];
  return [
    ...(added.length > 0 ? [`${path} added ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`${path} removed ${removed.join(', ')}`] : []),
    ...order,
  ];
}

const region = (exclusion: Exclusion): string => exclusion.map(range).join(' with ');

function range(excluded: ExcludedRange): string {
  if ('values' in excluded) return `${excluded.parameter} ${excluded.values.join(' or ')}`;
  const { parameter, min, max } = excluded;
  if (min === null) return `${parameter} up to ${max}`;
  return max === null ? `${parameter} from ${min}` : `${parameter} from ${min} to ${max}`;
}
