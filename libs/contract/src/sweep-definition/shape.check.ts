/** What the schema alone finds wrong: unknown keys, wrong types, values out of bounds. Told in a person's words. */
import { expectedName } from './did-you-mean.ts';
import { earlyTerminateSchema, stoppingRuleTypes } from './early-terminate.schema.ts';
import { budgetSchema } from './budget.schema.ts';
import { pbtSchema } from './pbt.compile.ts';
import { parameterSchema } from './parameter.schema.ts';
import { type Path, type Report, reportZodIssues, shown, valueAt } from './problem.ts';
import { requiresSchema } from './requires.schema.ts';
import { ignoredKeys, type SoundSweep, sweepSchema } from './sweep-definition.schema.ts';

const keysOf = (schema: { readonly shape: Readonly<Record<string, unknown>> }): string[] =>
  Object.keys(schema.shape);

/** The keys that may stand in the mapping at `path`, those of W&B's without effect left out. */
const knownKeysAt =
  (raw: object) =>
  (path: Path): readonly string[] => {
    switch (path[0]) {
      case undefined:
        return keysOf(sweepSchema).filter((key) => !ignoredKeys.some((known) => known === key));
      case 'metric':
      case 'metrics':
        return ['name', 'goal', 'target'];
      case 'parameters':
        return keysOf(parameterSchema);
      case 'requires':
        return keysOf(requiresSchema);
      case 'budget':
        return keysOf(budgetSchema);
      case 'pbt':
        return keysOf(pbtSchema);
      case 'exclude':
        return ['min', 'max'];
      default: {
        const type = valueAt(raw, [...path, 'type']);
        const rule = earlyTerminateSchema.options.find((option) => option.shape.type.value === type);
        return rule ? keysOf(rule) : [];
      }
    }
  };

/** Zod says "no matching discriminator" of an unknown rule; a person wants the list. */
const isUnknownRule = (issue: { code: string; path: readonly PropertyKey[] }): boolean =>
  issue.code === 'invalid_union' && issue.path[0] === 'early_terminate' && issue.path.at(-1) === 'type';

/** `lr: 0.1` and `kind: [a, b]` are what one writes in other files; here a key says which of them is meant. */
const reportShorthand = (
  issue: { code: string; path: readonly PropertyKey[] },
  raw: object,
  report: Report,
): boolean => {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const value = valueAt(raw, path);
  if (issue.code !== 'invalid_type' || path.at(-2) !== 'parameters' || value === null) return false;
  if (value === undefined) return false;
  const meant = Array.isArray(value) ? `{values: ${shown(value)}}` : `{value: ${shown(value)}}`;
  report.problem(path, `cannot be ${shown(value)}`, `${meant}, or a range`);
  return true;
};

/** Objects of the language itself hide behind this name, and schemas pass over it in silence. */
const reportReservedNames = (value: unknown, path: Path, report: Report): void => {
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') report.problem(at, '__proto__ cannot be a name', 'another name');
    else reportReservedNames(child, at, report);
  }
};

/** Reports what of `raw` is not of the schema; returns the sections that are, with their defaults filled in. */
export const checkShape = (raw: object, report: Report): SoundSweep => {
  reportReservedNames(raw, [], report);
  const parsed = sweepSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  for (const { path } of issues.filter(isUnknownRule)) {
    const at = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const type = valueAt(raw, at);
    const known = stoppingRuleTypes.filter((rule) => at.length === 2 || rule !== 'patient');
    const expected = expectedName(typeof type === 'string' ? type : shown(type), known);
    report.problem(at, type === undefined ? 'is missing' : `cannot be ${shown(type)}`, expected);
  }
  const others = issues.filter((issue) => !isUnknownRule(issue) && !reportShorthand(issue, raw, report));
  reportZodIssues(report, others, raw, knownKeysAt(raw));
  const refused = new Set(issues.map((issue) => issue.path[0]));
  const sound = Object.entries(raw).filter(([key]) => key in sweepSchema.shape && !refused.has(key));
  return sweepSchema.partial().safeParse(Object.fromEntries(sound)).data ?? {};
};

/** Warns of each key that is there for another tracker's sake. */
export const warnOfIgnored = (raw: object, report: Report): void => {
  const paths = [
    ...ignoredKeys.map((key) => [key]),
    ...['impute', 'impute_while_running'].map((key) => ['metric', key]),
  ];
  for (const path of paths.filter((at) => valueAt(raw, at) !== undefined)) {
    report.warn(path, `${path.join('.')} is another tracker's and has no effect`, 'nothing');
  }
};
