/**
 * `exclude`: regions in which no run starts. An entry that names what no run can have would exclude nothing, and say
 * so to nobody; so names and values are checked here.
 */
import { z } from 'zod';
import { expectedName } from './did-you-mean.ts';
import { coversEverything } from './exclusion.cover.ts';
import type { ExcludedRange, Exclusion } from './exclusion.ts';
import type { CompiledParameters } from './parameter.compile.ts';
import { number, parameterName, scalar } from './parameter.schema.ts';
import { isPossible, meetsRange, possibleOf, possibleText } from './possible-value.ts';
import { type Path, type Report, shown } from './problem.ts';
import type { ParameterDefinition } from './sweep-definition.type.ts';

const rangeSchema = z
  .strictObject({
    min: number.optional().describe('Excluded from here on; absent: from the least.'),
    max: number.optional().describe('Excluded up to here; absent: to the greatest.'),
  })
  .refine((range) => Object.keys(range).length > 0, 'min, max or both')
  .meta({ minProperties: 1 });

const excludedSchema = z.union([scalar, z.array(scalar).min(1).max(1000), rangeSchema], {
  error: 'a value, a list of values, or {min, max}',
});

export const excludeSchema = z
  .array(
    z
      .record(parameterName, excludedSchema)
      .refine((entry) => Object.keys(entry).length > 0, 'at least one parameter')
      .meta({ minProperties: 1 })
      .describe(
        'Parameters (dotted paths) with a value, some values, or {min, max} with both ends included.',
      ),
  )
  .max(1000)
  .describe('Regions in which no run starts. An entry holds where all of its parameters match.');
type RawExclude = z.output<typeof excludeSchema>;
type RawExcluded = RawExclude[number][string];

const compileRange = (parameter: string, raw: RawExcluded): ExcludedRange => {
  if (Array.isArray(raw)) return { parameter, values: [...new Set(raw)] };
  if (typeof raw !== 'object') return { parameter, values: [raw] };
  return { parameter, min: raw.min ?? null, max: raw.max ?? null };
};

/** Reports a range that no value of `definition` lies in. */
const checkRange = (
  range: ExcludedRange,
  definition: ParameterDefinition,
  at: Path,
  report: Report,
): void => {
  const { path, distribution } = definition;
  const possible = possibleOf(distribution);
  if ('values' in range) {
    const impossible = range.values.filter((value) => !isPossible(possible, value));
    if (impossible.length === 0) return;
    const never = impossible.map(shown).slice(0, 5).join(' or ');
    report.problem(at, `${path} never is ${never}`, possibleText(possible));
  } else {
    const { min, max } = range;
    if (min !== null && max !== null && min > max) {
      report.problem(at, `min ${min} is above max ${max}`, 'a min that is not above max');
    } else if (!meetsRange(possible, min ?? -Infinity, max ?? Infinity)) {
      const where = `${min === null ? '' : ` from ${min}`}${max === null ? '' : ` to ${max}`}`;
      report.problem(at, `${path} never is a number${where}`, possibleText(possible));
    }
  }
};

/** The exclusions in their full form; reports those that cannot hold, and those that leave nothing over. */
export const compileExclusions = (
  raw: RawExclude | null,
  { parameters, declared }: CompiledParameters,
  report: Report,
): Exclusion[] => {
  const before = report.problems.length;
  const byPath = new Map(parameters.map(({ definition }) => [definition.path, definition]));
  const exclusions = (raw ?? []).map((entry, i) =>
    Object.entries(entry).map(([parameter, excluded]) => {
      const at = ['exclude', i, parameter];
      const range = compileRange(parameter, excluded);
      const definition = byPath.get(parameter);
      if (definition !== undefined) checkRange(range, definition, at, report);
      else if (!declared.has(parameter)) {
        const expected = expectedName(parameter, [...declared.keys()]);
        report.problem(at, 'names no parameter of this sweep', expected);
      }
      return range;
    }),
  );
  const isSound = report.problems.length === before && byPath.size === declared.size;
  if (isSound && coversEverything(exclusions, [...byPath.values()])) {
    report.problem(['exclude'], 'leaves nothing to try', 'regions that leave something over');
  }
  return exclusions;
};

/** The way back: what a user would write. */
export const rawExclusion = (exclusion: Exclusion): RawExclude[number] =>
  Object.fromEntries(
    exclusion.map((range) => {
      if (!('values' in range)) {
        const { min, max } = range;
        return [range.parameter, { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) }];
      }
      const [first, ...others] = range.values;
      return [range.parameter, first !== undefined && others.length === 0 ? first : [...range.values]];
    }),
  );
