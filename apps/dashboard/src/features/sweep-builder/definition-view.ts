/**
 * What the form shows of a definition's text. The text is the only truth: the form reads from it and writes into it
 * (see definition-edit.ts), so neither can disagree with the other, and comments, order and notation stay as written.
 */
import { type Document, isMap, isScalar, isSeq, type ParsedNode, parseDocument } from 'yaml';

/** How a parameter is given: one value, a list, a range, a bell curve, or a group that only the text can edit. */
export type ParameterKind = 'value' | 'values' | 'range' | 'bell' | 'group';

export interface ParameterView {
  readonly name: string;
  readonly kind: ParameterKind;
  /** As written; '' when left to its default. */
  readonly distribution: string;
  /** The fields as the text writes them; '' is absent. Lists are joined by commas. */
  readonly fields: Readonly<Record<ParameterField, string>>;
}

export const parameterFields = ['value', 'values', 'min', 'max', 'mu', 'sigma', 'q'] as const;
export type ParameterField = (typeof parameterFields)[number];

export interface DefinitionView {
  readonly name: string;
  readonly description: string;
  readonly method: string;
  /** As written, or what it is without being written. */
  readonly trainer: string;
  readonly metricName: string;
  readonly metricGoal: string;
  /** Of several metrics: their goals and names; '' with one or none. */
  readonly metrics: string;
  /** Keys that the form shows no field for. */
  readonly onlyInText: readonly string[];
  readonly runCap: string;
  readonly concurrency: string;
  readonly seed: string;
  /** The rule's type, and its options as the text writes them; null without a rule. */
  readonly stopping: {
    readonly type: string;
    readonly options: Readonly<Record<string, string>>;
  } | null;
  readonly parameters: readonly ParameterView[];
}

export type ParsedDefinition = Document.Parsed<ParsedNode>;

export const parseText = (text: string): ParsedDefinition =>
  parseDocument(text, { merge: true, prettyErrors: false });

/** A scalar as it is written (1e-4 stays 1e-4), a list joined by commas, anything else ''. */
const writtenText = (node: unknown): string => {
  if (isScalar(node)) {
    if (node.value === null || node.value === undefined) return '';
    return typeof node.value === 'number' && node.source !== undefined ? node.source : String(node.value);
  }
  return isSeq(node) ? node.items.map(writtenText).join(', ') : '';
};

const kindOf = (
  fields: Readonly<Record<ParameterField, string>>,
  distribution: string,
  grouped: boolean,
): ParameterKind => {
  if (grouped) return 'group';
  if (fields.values !== '' || distribution === 'categorical') return 'values';
  if (distribution.includes('normal')) return 'bell';
  if (fields.min !== '' || fields.max !== '' || distribution.includes('uniform')) return 'range';
  return fields.mu !== '' || fields.sigma !== '' ? 'bell' : 'value';
};

const parameterView = (name: string, node: unknown): ParameterView => {
  const read = (key: string): string => (isMap(node) ? writtenText(node.get(key, true)) : '');
  const fields = Object.fromEntries(parameterFields.map((key) => [key, read(key)])) as Record<
    ParameterField,
    string
  >;
  const distribution = read('distribution');
  // What the form has no field for is edited in the text.
  const grouped = isMap(node) && (node.has('parameters') || node.has('probabilities') || node.has('when'));
  return { name, kind: kindOf(fields, distribution, grouped), distribution, fields };
};

/** Keys of a definition that are edited in its text alone. */
const textKeys = ['budget', 'exclude', 'pbt', 'warm_start', 'requires', 'command', 'program', 'objective_at'];

/** minimize loss, maximize accuracy. */
const metricsText = (node: unknown): string =>
  isSeq(node)
    ? node.items
        .map((item) =>
          isMap(item)
            ? `${writtenText(item.get('goal', true)) || 'minimize'} ${writtenText(item.get('name', true))}`
            : '–',
        )
        .join(', ')
    : '';

/** The view of a text, or null when the text is not a YAML mapping (and so has nothing that a form could show). */
export const viewOf = (text: string): DefinitionView | null => {
  const document = parseText(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const read = (...path: string[]): string => writtenText(document.getIn(path, true));
  const parameters = document.get('parameters', true);
  const stopping = document.get('early_terminate', true);
  return {
    name: read('name'),
    description: read('description'),
    method: read('method'),
    trainer: read('trainer') || (document.has('program') || document.has('command') ? 'command' : 'gan-cls'),
    metricName: read('metric', 'name'),
    metricGoal: read('metric', 'goal'),
    metrics: metricsText(document.get('metrics', true)),
    onlyInText: textKeys.filter((key) => document.has(key)),
    runCap: read('run_cap'),
    concurrency: read('concurrency'),
    seed: read('seed'),
    stopping: isMap(stopping)
      ? {
          type: read('early_terminate', 'type'),
          options: Object.fromEntries(
            stopping.items.map((pair) => [writtenText(pair.key), writtenText(pair.value)] as const),
          ),
        }
      : null,
    parameters: isMap(parameters)
      ? parameters.items.map((pair) => parameterView(writtenText(pair.key), pair.value))
      : [],
  };
};
