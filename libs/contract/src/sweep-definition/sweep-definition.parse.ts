/**
 * From what a user wrote to a definition that needs no further questions, or to every problem at once. Compiled
 * once, frozen, and from there on the only form that samplers, services and pages see.
 */
import { checkAvailability } from './availability.ts';
import { compileCommand } from './command.check.ts';
import { expectedName } from './did-you-mean.ts';
import { earlyTerminateSchema, stoppingRuleTypes } from './early-terminate.schema.ts';
import { checkHyperparameters } from './hyperparameter.check.ts';
import { checkMethod, checkStopping } from './method.check.ts';
import { checkConditions, compileParameters } from './parameter.compile.ts';
import { type DefinitionProblem, type Path, Report, reportZodIssues, shown } from './problem.ts';
import { compileRequires, requiresSchema } from './requires.schema.ts';
import { readSource, type SourceValue } from './source-text.ts';
import { ignoredKeys, parameterSchema, sweepSchema } from './sweep-definition.schema.ts';
import type { SweepDefinition } from './sweep-definition.type.ts';

export interface ParseOptions {
  /**
   * 'runnable' (default): what this version can train, with the built-in trainer's names and value ranges.
   * 'grammar': any well-formed definition, whatever its method and the names of its parameters.
   */
  readonly accept?: 'runnable' | 'grammar';
}

export type ParseResult =
  | {
      readonly ok: true;
      readonly definition: SweepDefinition;
      readonly warnings: readonly DefinitionProblem[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly DefinitionProblem[];
      readonly warnings: readonly DefinitionProblem[];
    };

const deepFreeze = <T>(value: T): T => {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
};

const keysOf = (schema: { readonly shape: Readonly<Record<string, unknown>> }): string[] =>
  Object.keys(schema.shape);

const knownKeysAt =
  (raw: unknown) =>
  (path: Path): readonly string[] => {
    if (path.length === 0)
      return keysOf(sweepSchema).filter((key) => !ignoredKeys.some((ignored) => ignored === key));
    if (path[0] === 'metric') return ['name', 'goal', 'target'];
    if (path[0] === 'parameters') return keysOf(parameterSchema);
    if (path[0] === 'requires') return keysOf(requiresSchema);
    const type =
      raw !== null && typeof raw === 'object'
        ? Reflect.get(Reflect.get(raw, 'early_terminate') ?? {}, 'type')
        : null;
    const rule = earlyTerminateSchema.options.find((option) => option.shape.type.value === type);
    return rule ? keysOf(rule) : [];
  };

/** Top to bottom; without lines (they are null then) the order of the checks stays. */
const inReadingOrder = (found: readonly DefinitionProblem[]): DefinitionProblem[] =>
  [...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

/** Zod says "no matching discriminator" of an unknown rule; a person wants the list. */
const reportShape = (raw: object, report: Report): void => {
  const parsed = sweepSchema.safeParse(raw);
  if (parsed.success) return;
  const issues = parsed.error.issues.filter((issue) => {
    if (issue.code !== 'invalid_union' || issue.path[0] !== 'early_terminate' || issue.path[1] !== 'type')
      return true;
    const type: unknown = Reflect.get(Reflect.get(raw, 'early_terminate') ?? {}, 'type');
    const expected = expectedName(String(type), stoppingRuleTypes);
    report.problem(
      ['early_terminate', 'type'],
      type === undefined ? 'is missing' : `cannot be ${shown(type)}`,
      expected,
      type ?? null,
    );
    return false;
  });
  reportZodIssues(report, issues, raw, knownKeysAt(raw));
};

const reportIgnored = (raw: object, report: Report): void => {
  const metric: unknown = Reflect.get(raw, 'metric');
  const seen = [
    ...ignoredKeys.filter((key) => key in raw).map((key) => [key]),
    ...['impute', 'impute_while_running']
      .filter((key) => metric !== null && typeof metric === 'object' && key in metric)
      .map((key) => ['metric', key]),
  ];
  for (const path of seen)
    report.warn(path, `${path.join('.')} is another tracker's and has no effect`, 'nothing');
};

const compile = (
  raw: object,
  source: SourceValue,
  options: ParseOptions,
  report: Report,
): SweepDefinition | null => {
  reportShape(raw, report);
  reportIgnored(raw, report);
  const { shape } = sweepSchema;
  /** What one key alone says: its value if sound, else its default, so that the other keys can still be judged. */
  const part = <T>(
    key: string,
    schema: { safeParse(v: unknown): { success: boolean; data?: T | undefined } },
  ): T | null => schema.safeParse(Reflect.get(raw, key)).data ?? null;

  const compiled = compileParameters(Reflect.get(raw, 'parameters'), source, report);
  if (compiled.declared.size === 0 && part('parameters', shape.parameters) !== null) {
    report.problem(['parameters'], 'names no parameter', 'at least one parameter');
  }
  checkConditions(compiled, report);
  const writtenMethod = part('method', shape.method);
  const method = writtenMethod === 'bayes' ? 'gp' : writtenMethod;
  const runCap = part('run_cap', shape.run_cap);
  const metric = part('metric', shape.metric);
  const warmStart = part('warm_start', shape.warm_start);
  const earlyTerminate = part('early_terminate', shape.early_terminate);
  const trainer = part('trainer', shape.trainer) ?? 'gan-cls';
  const dataset = part('dataset', shape.dataset);
  // A command that the schema has refused is empty here, so that it is not called missing as well.
  const command = part('command', shape.command) ?? ('command' in raw ? [] : null);
  const written = { program: part('program', shape.program), command };
  if (trainer === 'command' && dataset !== null) {
    const expected = 'a parameter with this value, or requires: {dataset}';
    report.problem(['dataset'], 'has no meaning for trainer command', expected, dataset);
  }
  const definition = {
    name: part('name', shape.name),
    description: part('description', shape.description),
    metric: metric && { name: metric.name, goal: metric.goal, target: metric.target ?? null },
    metrics: metric ? [{ name: metric.name, goal: metric.goal, target: metric.target ?? null }] : [],
    parameters: compiled.parameters.map((placed) => placed.definition),
    earlyTerminate,
    runCap,
    budget: { hours: null, acceleratorHours: null },
    exclude: [],
    pbt: null,
    concurrency: part('concurrency', shape.concurrency),
    maxFailures: part('max_failures', shape.max_failures) ?? 0,
    seed: part('seed', shape.seed) ?? 0,
    warmStart: typeof warmStart === 'string' ? [warmStart] : (warmStart ?? []),
    trainer,
    command: compileCommand(trainer, written, report),
    dataset,
    requires: compileRequires(part('requires', shape.requires), trainer === 'command'),
    objectiveAt: part('objective_at', shape.objective_at) ?? 'last',
    priority: part('priority', shape.priority) ?? 0,
  } as const;

  checkStopping(earlyTerminate, Reflect.get(raw, 'metric') != null, report);
  if (method !== null) checkMethod(method, runCap, compiled.parameters, report);
  if (options.accept !== 'grammar') {
    if (definition.trainer === 'gan-cls')
      checkHyperparameters(compiled.parameters, definition.dataset, report);
    checkAvailability({ ...definition, method: writtenMethod }, report);
  }
  if (method === null || report.problems.length > 0) return null;
  return deepFreeze({ ...definition, method });
};

/**
 * Reads a sweep's definition: YAML or JSON text, or a value that was parsed elsewhere. Never throws; on failure it
 * holds every problem that can be told at once, top to bottom where lines are known.
 */
export const parseSweepDefinition = (source: unknown, options: ParseOptions = {}): ParseResult => {
  const read = readSource(source);
  if (!read.ok) return { ok: false, problems: read.problems, warnings: [] };
  const { value } = read.source;
  const report = new Report(read.source.locate);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const empty = value === null || value === undefined;
    report.problem(
      [],
      empty ? 'the definition is empty' : `the definition cannot be ${shown(value)}`,
      'a mapping with at least method and parameters',
      value ?? null,
    );
    return { ok: false, problems: report.problems, warnings: [] };
  }
  const definition = compile(value, read.source, options, report);
  const problems = inReadingOrder(report.problems);
  const warnings = inReadingOrder(report.warnings);
  return definition === null ? { ok: false, problems, warnings } : { ok: true, definition, warnings };
};
