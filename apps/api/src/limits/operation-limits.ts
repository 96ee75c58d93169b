/**
 * What one operation may ask for; the same for /graphql and /graphql/stream. The figures leave room above the
 * pages' own largest query (some 5,000 fields) and keep the worst allowed one near a second of work.
 */
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Actor } from '../access/actor.type.ts';
import type { Env } from '../env.ts';
import { ForbiddenError, TooCostlyError } from '../errors/api.error.ts';
import { measureOperation } from './operation-cost.ts';

/** Deep enough for the standard introspection query. */
const DEPTH = 16;
const ALIASES = 50;
const ROOT_FIELDS = 20;
const COST = 100_000;

/** Tokens of a document: parsing and validation take time before anything else can be measured. */
export const MAX_TOKENS = 6_000;

export interface CheckedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @throws TooCostlyError | ForbiddenError (introspection) | BadInputError (cyclic fragment) */
export function checkOperation(
  checked: CheckedOperation,
  actor: Actor,
  setting: Env['PLUMAGE_INTROSPECTION'],
): void {
  const measure = measureOperation(checked.schema, checked.document, checked.operation, checked.variables);
  atMost('depth', measure.depth, DEPTH);
  atMost('number of aliases', measure.aliases, ALIASES);
  atMost('number of root fields', measure.rootFields, ROOT_FIELDS);
  atMost('cost', measure.cost, COST);
  if (!measure.introspects || setting === 'everyone') return;
  if (setting === 'nobody') throw new ForbiddenError('Introspection is switched off on this server.');
  if (actor.kind === 'anonymous' || actor.kind === 'run')
    throw new ForbiddenError('Introspection is for signed-in users.');
}

function atMost(measure: string, value: number, limit: number): void {
  if (value > limit) throw new TooCostlyError(measure, value, limit);
}
