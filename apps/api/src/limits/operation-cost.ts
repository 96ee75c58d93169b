/**
 * How much one operation asks for, before any of it runs: depth, aliases, root fields, and a cost in which a list
 * multiplies what is under it. A field counts for one, or for what its resolver states as its complexity. Fragments
 * count where they are spread, as often as they are spread; each is measured once, so a document that doubles itself
 * through fragments is refused in time linear in its length. Cycles throw.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';
import { BadInputError } from '../errors/api.error.ts';

/** A list field without a `first` is taken to hold this many. */
const LIST_SIZE = 10;

export interface OperationMeasure {
  /** Levels of fields; 1 for `{ viewer }`. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields at the top, fragments expanded. */
  readonly rootFields: number;
  /** Fields that may be resolved, each counted once an object, by its own cost. */
  readonly cost: number;
  /** Whether __schema or __type is asked for. */
  readonly introspects: boolean;
}

const NOTHING: OperationMeasure = { depth: 0, aliases: 0, rootFields: 0, cost: 0, introspects: false };

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly measured: Map<string, OperationMeasure>;
  readonly open: Set<string>;
}

/** @throws BadInputError when a fragment contains itself. */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): OperationMeasure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const walk: Walk = { schema, fragments, variables, measured: new Map(), open: new Set() };
  return measureSelections(
    walk,
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? null,
    false,
  );
}

function measureSelections(
  walk: Walk,
  set: SelectionSetNode,
  parent: GraphQLNamedType | null,
  paged: boolean,
): OperationMeasure {
  let sum = NOTHING;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) sum = add(sum, measureField(walk, selection, parent, paged));
    else if (selection.kind === Kind.FRAGMENT_SPREAD)
      sum = add(sum, measureFragment(walk, selection.name.value, paged));
    else {
      const type = selection.typeCondition ? walk.schema.getType(selection.typeCondition.name.value) : parent;
      sum = add(sum, measureSelections(walk, selection.selectionSet, type ?? null, paged));
    }
  }
  return sum;
}

function measureFragment(walk: Walk, name: string, paged: boolean): OperationMeasure {
  const fragment = walk.fragments.get(name);
  if (!fragment) return NOTHING; // Validation has its own word for this.
  if (walk.open.has(name)) throw new BadInputError('query', name, 'a fragment that does not contain itself');
  const key = `${name}:${paged}`;
  const known = walk.measured.get(key);
  if (known) return known;
  walk.open.add(name);
  const type = walk.schema.getType(fragment.typeCondition.name.value) ?? null;
  const measure = measureSelections(walk, fragment.selectionSet, type, paged);
  walk.open.delete(name);
  walk.measured.set(key, measure);
  return measure;
}

function measureField(
  walk: Walk,
  node: FieldNode,
  parent: GraphQLNamedType | null,
  paged: boolean,
): OperationMeasure {
  const name = node.name.value;
  const field = fieldOf(parent, name);
  const asked = pageSize(walk, node, field);
  const isList =
    field !== null && isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type));
  // The list inside a connection was counted by the connection's own `first`.
  const times = asked ?? (isList && !paged ? LIST_SIZE : 1);
  const inner = node.selectionSet
    ? measureSelections(walk, node.selectionSet, field ? getNamedType(field.type) : null, asked !== null)
    : NOTHING;
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (node.alias ? 1 : 0),
    rootFields: 1,
    cost: Math.min(ownCost(field) + times * inner.cost, Number.MAX_SAFE_INTEGER),
    introspects: inner.introspects || name === '__schema' || name === '__type',
  };
}

function fieldOf(parent: GraphQLNamedType | null, name: string): GraphQLField<unknown, unknown> | null {
  return isObjectType(parent) || isInterfaceType(parent) ? (parent.getFields()[name] ?? null) : null;
}

/** One, or what the resolver states. */
function ownCost(field: GraphQLField<unknown, unknown> | null): number {
  const stated = field?.extensions['complexity'];
  return typeof stated === 'number' ? stated : 1;
}

/** The value of a field's `first`, given, by variable or by default; null when it has no such argument. */
function pageSize(walk: Walk, node: FieldNode, field: GraphQLField<unknown, unknown> | null): number | null {
  const definition = field?.args.find((argument) => argument.name === 'first');
  if (!definition) return null;
  const given = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
  let value: unknown = definition.defaultValue;
  if (given?.kind === Kind.INT) value = Number(given.value);
  if (given?.kind === Kind.VARIABLE) value = walk.variables[given.name.value] ?? value;
  return typeof value === 'number' && value > 0 ? value : LIST_SIZE;
}

function add(a: OperationMeasure, b: OperationMeasure): OperationMeasure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    rootFields: a.rootFields + b.rootFields,
    cost: Math.min(a.cost + b.cost, Number.MAX_SAFE_INTEGER),
    introspects: a.introspects || b.introspects,
  };
}
