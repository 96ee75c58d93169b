/**
 * The form's edits, each from text to text. They change one node of the YAML document and print it again, so that
 * what the form does not know (comments, order, keys for later) passes through untouched.
 */
import { isMap, isScalar, type Node, Scalar, YAMLMap } from 'yaml';
import {
  type ParameterField,
  type ParameterKind,
  parameterFields,
  type ParsedDefinition,
  parseText,
} from './definition-view.ts';
import { isRule, ruleStarters } from './stopping-rules.ts';

type Path = readonly string[];

const print = (document: ParsedDefinition): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: false });

const edit = (text: string, change: (document: ParsedDefinition) => void): string => {
  const document = parseText(text);
  if (document.errors.length > 0) return text;
  if (!isMap(document.contents)) document.contents = parseText('{}').contents;
  if (isMap(document.contents)) document.contents.flow = false;
  change(document);
  return print(document);
};

/** One typed value: a number keeps its notation (0.0, 1e-4), true and false are what they say, the rest is text. */
const scalarOf = (typed: string): Scalar => {
  const trimmed = typed.trim();
  const { contents, errors } = parseText(trimmed);
  const plain =
    errors.length === 0 && isScalar(contents) && ['number', 'boolean'].includes(typeof contents.value);
  if (!plain) return new Scalar(trimmed);
  const scalar = new Scalar(contents.value);
  if (contents.format !== undefined) scalar.format = contents.format;
  if (contents.minFractionDigits !== undefined) scalar.minFractionDigits = contents.minFractionDigits;
  return scalar;
};

const place = (document: ParsedDefinition, path: Path, node: Node | null): void => {
  if (node === null) {
    document.deleteIn(path);
  } else {
    // An empty map can only be printed as {}; what is put into it is written in lines again.
    const above = document.getIn(path.slice(0, -1), true);
    if (isMap(above) && above.items.length === 0) above.flow = false;
    document.setIn(path, node);
  }
  for (let depth = path.length - 1; node === null && depth > 0; depth -= 1) {
    const above = path.slice(0, depth);
    const map = document.getIn(above, true);
    if (depth > 1 || above[0] === 'parameters' || !isMap(map) || map.items.length > 0) return;
    document.deleteIn(above);
  }
};

/** Sets the key at `path` to a word such as a name or a method; '' removes it. */
export const setWord = (text: string, path: Path, word: string): string =>
  edit(text, (document) => place(document, path, word === '' ? null : new Scalar(word)));

/** Sets the key at `path` to what was typed, as a number where it reads as one; '' removes it. */
export const setTyped = (text: string, path: Path, typed: string): string =>
  edit(text, (document) => place(document, path, typed.trim() === '' ? null : scalarOf(typed)));

/** Sets a parameter's field; `values` is a list separated by commas. */
export const setField = (text: string, name: string, field: ParameterField, typed: string): string => {
  if (field !== 'values') return setTyped(text, ['parameters', name, field], typed);
  return edit(text, (document) => {
    const items = typed.split(',').filter((piece) => piece.trim() !== '');
    const list = document.createNode(items.map(scalarOf), { flow: true });
    place(document, ['parameters', name, 'values'], items.length === 0 ? null : list);
  });
};

const starters: Readonly<Record<Exclude<ParameterKind, 'group'>, Readonly<Record<string, string>>>> = {
  value: { value: '1' },
  values: { values: '1, 2' },
  range: { distribution: 'uniform', min: '0.0', max: '1.0' },
  bell: { distribution: 'normal', mu: '0', sigma: '1' },
};

/** Turns a parameter into another kind, keeping what both can use (a value becomes the first of the values). */
export const setKind = (text: string, name: string, kind: Exclude<ParameterKind, 'group'>): string => {
  const before = parseText(text).getIn(['parameters', name, 'value'], true);
  const kept = isScalar(before) && kind === 'values' ? String(before.source ?? before.value) : null;
  let next = edit(text, (document) => {
    const node = document.getIn(['parameters', name], true);
    if (!isMap(node)) document.setIn(['parameters', name], new YAMLMap());
    for (const key of ['distribution', ...parameterFields]) document.deleteIn(['parameters', name, key]);
  });
  for (const [key, typed] of Object.entries(starters[kind])) {
    if (key === 'distribution') next = setWord(next, ['parameters', name, key], typed);
    else next = setField(next, name, key as ParameterField, key === 'values' && kept !== null ? kept : typed);
  }
  return next;
};

/** Adds a parameter at the end; a name that stands already is left alone. */
export const addParameter = (text: string, name: string): string =>
  edit(text, (document) => {
    if (!isMap(document.get('parameters', true))) document.set('parameters', new YAMLMap());
    if (document.hasIn(['parameters', name])) return;
    const map = new YAMLMap();
    map.set('value', new Scalar(1));
    document.setIn(['parameters', name], map);
  });

/** Gives a parameter another name in its place; nothing happens when that name stands already. */
export const renameParameter = (text: string, from: string, to: string): string =>
  edit(text, (document) => {
    const parameters = document.get('parameters', true);
    if (!isMap(parameters) || to === '' || parameters.has(to)) return;
    const pair = parameters.items.find((item) => isScalar(item.key) && String(item.key.value) === from);
    if (pair !== undefined && isScalar(pair.key)) pair.key.value = to;
  });

export const removeParameter = (text: string, name: string): string =>
  edit(text, (document) => document.deleteIn(['parameters', name]));

/** Takes another stopping rule, with what it begins with; '' takes the rule away. */
export const setStopping = (text: string, type: string): string =>
  edit(text, (document) => {
    if (isRule(type)) document.set('early_terminate', document.createNode({ type, ...ruleStarters[type] }));
    else document.delete('early_terminate');
  });
