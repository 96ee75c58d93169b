/**
 * The `parameters` section, flattened: nested groups become dotted paths in the order in which they are written,
 * and a group's `when` is inherited by everything in it.
 */
import type { Scalar } from '../assignment.ts';
import { expectedName } from './did-you-mean.ts';
import { compileDistribution } from './distribution.compile.ts';
import { isPossible, possibleOf, possibleText } from './possible-value.ts';
import { type Path, type Report, shown } from './problem.ts';
import type { SourceValue } from './source-text.ts';
import { parameterSchema, whenSchema } from './parameter.schema.ts';
import type { Condition, ParameterDefinition } from './sweep-definition.type.ts';

const isMapping = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Conditions are followed from parameter to parameter, so their number bounds time and depth everywhere. */
const MOST_PARAMETERS = 1_000;

/** A parameter and where it stands in the source. */
export interface PlacedParameter {
  readonly definition: ParameterDefinition;
  readonly at: Path;
}

export interface CompiledParameters {
  readonly parameters: readonly PlacedParameter[];
  /** Every path that the source declares, those with problems too, and where each stands. */
  readonly declared: ReadonlyMap<string, Path>;
}

/** Both lists of conditions at once; two on one parameter become one, on the values that satisfy both. */
const combine = (outer: readonly Condition[], inner: readonly Condition[]): Condition[] => {
  const byParameter = new Map<string, readonly Scalar[]>();
  for (const { parameter, values } of [...outer, ...inner]) {
    const earlier = byParameter.get(parameter);
    byParameter.set(parameter, earlier ? earlier.filter((value) => values.includes(value)) : values);
  }
  return [...byParameter].map(([parameter, values]) => ({ parameter, values }));
};

const readWhen = (raw: unknown): Condition[] => {
  const parsed = whenSchema.safeParse(raw);
  if (!parsed.success) return [];
  return Object.entries(parsed.data).map(([parameter, value]) => ({
    parameter,
    values: Array.isArray(value) ? [...new Set(value)] : [value],
  }));
};

/** Compiles what is sound and reports what is not, except for what the schema's own issues have already said. */
export const compileParameters = (
  section: unknown,
  source: SourceValue,
  report: Report,
): CompiledParameters => {
  const parameters: PlacedParameter[] = [];
  const declared = new Map<string, Path>();

  const visitLeaf = (raw: unknown, path: string, at: Path, conditions: readonly Condition[]): void => {
    if (declared.has(path))
      report.problem(at, `${path} is defined twice`, 'one definition of each dotted path');
    declared.set(path, at);
    const parsed = parameterSchema.safeParse(raw);
    if (!parsed.success) return;
    const distribution = compileDistribution(parsed.data, at, report, (key) =>
      source.isWrittenAsFloat([...at, key]),
    );
    const when = combine(conditions, readWhen(parsed.data.when ?? {}));
    if (distribution !== null) parameters.push({ definition: { path, distribution, when }, at });
  };

  const visit = (
    group: Record<string, unknown>,
    prefix: string,
    at: Path,
    conditions: readonly Condition[],
  ): void => {
    for (const [name, raw] of Object.entries(group)) {
      const here = [...at, name];
      if (name === '__proto__') continue;
      if (!isMapping(raw) || !isMapping(raw.parameters)) visitLeaf(raw, prefix + name, here, conditions);
      else {
        for (const key of Object.keys(raw).filter((k) => k !== 'parameters' && k !== 'when')) {
          report.problem(
            [...here, key],
            'has no meaning beside nested parameters',
            'only parameters and when',
            raw[key],
          );
        }
        const inherited = combine(conditions, readWhen(raw.when ?? {}));
        visit(raw.parameters, `${prefix}${name}.`, [...here, 'parameters'], inherited);
      }
    }
  };

  if (isMapping(section)) {
    visit(section, '', ['parameters'], []);
    if (declared.size === 0) report.problem(['parameters'], 'names no parameter', 'at least one parameter');
  }
  if (declared.size <= MOST_PARAMETERS) return { parameters, declared };
  report.problem(['parameters'], `names ${declared.size} parameters`, `at most ${MOST_PARAMETERS}`);
  return { parameters: [], declared: new Map() };
};

const checkCondition = (
  { parameter, values }: Condition,
  at: Path,
  { distribution }: ParameterDefinition,
  report: Report,
): void => {
  if (!['constant', 'categorical', 'int_uniform'].includes(distribution.kind)) {
    const message = `${parameter} is drawn from ${distribution.kind}, which no condition can name`;
    report.problem(at, message, 'a parameter with value, values or a range of whole numbers');
    return;
  }
  const possible = possibleOf(distribution);
  const impossible = values.filter((value) => !isPossible(possible, value));
  if (values.length === 0) {
    const message = 'can never hold: no value satisfies all conditions';
    report.problem(at, message, 'conditions that can hold together');
  } else if (impossible.length > 0) {
    const never = impossible.map(shown).join(' or ');
    report.problem(at, `${parameter} never is ${never}`, possibleText(possible), impossible[0]);
  }
};

/** Reports conditions that name nothing, can never hold, or wait for each other. */
export const checkConditions = ({ parameters, declared }: CompiledParameters, report: Report): void => {
  const byPath = new Map(parameters.map((placed) => [placed.definition.path, placed.definition]));
  const settled = new Set<string>();
  const isCircular = (path: string, trail: readonly string[]): boolean => {
    if (trail.includes(path)) return true;
    if (settled.has(path)) return false;
    const circular = (byPath.get(path)?.when ?? []).some((c) => isCircular(c.parameter, [...trail, path]));
    if (!circular) settled.add(path);
    return circular;
  };
  for (const { definition, at } of parameters) {
    const here = [...at, 'when'];
    for (const condition of definition.when) {
      const target = byPath.get(condition.parameter);
      if (target !== undefined) checkCondition(condition, [...here, condition.parameter], target, report);
      else if (!declared.has(condition.parameter)) {
        const known = [...declared.keys()].filter((path) => path !== definition.path);
        const expected = expectedName(condition.parameter, known);
        report.problem(
          [...here, condition.parameter],
          `names no parameter of this sweep`,
          expected,
          condition.parameter,
        );
      }
    }
    if (definition.when.length > 0 && isCircular(definition.path, [])) {
      report.problem(here, `${definition.path} waits for itself`, 'conditions without a circle');
    }
  }
};
