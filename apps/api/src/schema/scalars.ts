/** The graph's own scalars. Use them by name in every decorator: `@Field(() => DateTimeScalar)`. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** In and out: ISO 8601 in UTC, "2026-01-31T12:00:00.000Z"; in code a Date. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment in UTC, as ISO 8601: "2026-01-31T12:00:00.000Z".',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: parseDate,
  parseLiteral: (node) => parseDate(node.kind === Kind.STRING ? node.value : null),
});

function parseDate(value: unknown): Date {
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime())) {
    throw new GraphQLError('A DateTime is written as "2026-01-31T12:00:00.000Z".');
  }
  return date;
}

/** Any JSON value. Numbers that JSON has not (NaN, Infinity) are never put in one: Measure is for those. */
export const JsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

/** In: a number, or one of three words. In code a number that may be NaN or infinite. Out: the same spelling. */
export const MeasureScalar = new GraphQLScalarType<number, number | string>({
  name: 'Measure',
  description:
    'A float64 that may be "NaN", "Infinity" or "-Infinity" (as strings, since JSON has no such numbers).',
  serialize: (value) => (Number.isFinite(value) ? Number(value) : String(value)),
  parseValue: parseMeasure,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return parseMeasure(Number(node.value));
    return parseMeasure(node.kind === Kind.STRING ? node.value : null);
  },
});

function parseMeasure(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new GraphQLError('A Measure is a number, "NaN", "Infinity" or "-Infinity".');
}
