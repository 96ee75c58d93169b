/**
 * The form by which a person enqueues a configuration: one field for each parameter that is not a constant, with
 * what its definition allows, and from what was typed to the assignment that is sent.
 */
import type { Condition, ParameterDefinition, ParameterValue, SweepDefinition } from '@plumage/contract';

export interface EnqueueField {
  readonly path: string;
  /** The values to choose from; null: a number is typed. */
  readonly values: readonly ParameterValue[] | null;
  /** What is allowed, in words. */
  readonly hint: string;
  readonly when: readonly Condition[];
}

const hintOf = ({ distribution }: ParameterDefinition): string => {
  switch (distribution.kind) {
    case 'constant':
    case 'categorical':
      return '';
    case 'log_uniform':
    case 'inv_log_uniform':
      return `${Math.exp(distribution.min).toPrecision(3)} to ${Math.exp(distribution.max).toPrecision(3)}`;
    case 'q_log_uniform':
      return `${Math.exp(distribution.min).toPrecision(3)} to ${Math.exp(distribution.max).toPrecision(3)}, by ${distribution.q}`;
    case 'int_uniform':
      return `${distribution.min} to ${distribution.max}, whole`;
    case 'uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return `${distribution.min} to ${distribution.max}`;
    case 'q_uniform':
    case 'q_log_uniform_values':
      return `${distribution.min} to ${distribution.max}, by ${distribution.q}`;
    case 'normal':
    case 'q_normal':
      return `about ${distribution.mu}`;
    case 'log_normal':
    case 'q_log_normal':
      return `about ${Math.exp(distribution.mu).toPrecision(3)}`;
  }
};

export const enqueueFields = (definition: SweepDefinition): readonly EnqueueField[] =>
  definition.parameters.flatMap((parameter) =>
    parameter.distribution.kind === 'constant'
      ? []
      : [
          {
            path: parameter.path,
            values: parameter.distribution.kind === 'categorical' ? parameter.distribution.values : null,
            hint: hintOf(parameter),
            when: parameter.when,
          },
        ],
  );

/** What was typed, by path; of a field with values the position of the chosen one. */
export type Typed = Readonly<Record<string, string>>;

const valueOf = (field: EnqueueField, typed: string): ParameterValue | undefined => {
  if (typed === '') return undefined;
  if (field.values !== null) return field.values[Number(typed)];
  const number = Number(typed);
  return Number.isFinite(number) ? number : typed;
};

/**
 * The assignment that was typed so far, and the fields that it makes active. A field that is left empty is left out
 * (the server says what is missing); one whose condition does not hold is neither shown nor sent.
 */
export const readEnqueueForm = (
  definition: SweepDefinition,
  typed: Typed,
): {
  readonly fields: readonly EnqueueField[];
  readonly assignment: Readonly<Record<string, ParameterValue>>;
} => {
  const known = new Map<string, ParameterValue | undefined>();
  for (const { path, distribution } of definition.parameters)
    if (distribution.kind === 'constant') known.set(path, distribution.value);
  const all = enqueueFields(definition);
  for (const field of all) known.set(field.path, valueOf(field, (typed[field.path] ?? '').trim()));
  const holds = (path: string): boolean =>
    (definition.parameters.find((one) => one.path === path)?.when ?? []).every(
      ({ parameter, values }) =>
        holds(parameter) && values.some((value) => Object.is(value, known.get(parameter))),
    );
  const fields = all.filter(({ path }) => holds(path));
  const entries = fields.flatMap(({ path }) => {
    const value = known.get(path);
    return value === undefined ? [] : [[path, value] as const];
  });
  return { fields, assignment: Object.fromEntries(entries) };
};

/** One mapping or a list of them, as JSON; what else was typed is said in a sentence. */
export const readAssignments = (
  text: string,
): { readonly assignments: readonly unknown[] } | { readonly problem: string } => {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return { assignments: parsed };
    if (typeof parsed === 'object' && parsed !== null) return { assignments: [parsed] };
    return { problem: 'expected one configuration {…} or a list of them [{…}, {…}]' };
  } catch (error) {
    return { problem: `this is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** The path within the configuration: `assignments[0].beta1` is beta1's. */
export const fieldPathOf = (path: string): string => path.replace(/^assignments\[\d+\]\.?/, '');
