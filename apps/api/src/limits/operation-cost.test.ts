import { buildSchema, getOperationAST, type GraphQLObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { measureOperation } from './operation-cost.ts';

const schema = buildSchema(`
  type Query { runs(first: Int = 50): Connection!, agents: [Agent!]!, one: Run }
  type Connection { edges: [Edge!]!, totalCount: Int }
  type Edge { node: Run! }
  type Run { id: ID, name: String, samples(first: Int = 60): Connection!, tags: [String!]! }
  type Agent { id: ID }
`);

function measure(text: string, variables = {}, graph = schema) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return measureOperation(graph, document, operation, variables);
}

describe('the cost of an operation', () => {
  it('a page multiplies what is under it by the size asked for: literally, by variable or by default', () => {
    const selection = '{ edges { node { id name } } }';
    expect(measure(`{ runs(first: 10) ${selection} }`).cost).toBe(1 + 10 * 4);
    expect(measure(`query($n: Int) { runs(first: $n) ${selection} }`, { n: 20 }).cost).toBe(1 + 20 * 4);
    expect(measure(`query($n: Int) { runs(first: $n) ${selection} }`).cost).toBe(1 + 50 * 4);
    expect(measure(`{ runs ${selection} }`).cost).toBe(1 + 50 * 4);
  });

  it('pages within pages multiply', () => {
    const { cost } = measure(
      '{ runs(first: 100) { edges { node { samples(first: 100) { edges { node { id } } } } } } }',
    );
    expect(cost).toBeGreaterThan(100 * 100 * 3);
  });

  it('a plain list counts for ten, a list of scalars for one', () => {
    expect(measure('{ agents { id } }').cost).toBe(11);
    expect(measure('{ one { tags } }').cost).toBe(2);
  });

  it('a field counts for what it states, each time that it may be resolved', () => {
    const costly = buildSchema(
      'type Query { one: Run, runs(first: Int = 50): [Run!]! } type Run { id: ID, forest: ID }',
    );
    const forest = (costly.getType('Run') as GraphQLObjectType).getFields()['forest'];
    if (forest) forest.extensions = { complexity: 1_000 };
    expect(measure('{ one { id forest } }', {}, costly).cost).toBe(1 + 1 + 1_000);
    expect(measure('{ runs(first: 20) { forest } }', {}, costly).cost).toBe(1 + 20 * 1_000);
  });

  it('a fragment costs the same wherever it is written', () => {
    const inline = measure('{ runs(first: 10) { edges { node { id name } } } }');
    const spread = measure(
      '{ ...Q } fragment Q on Query { runs(first: 10) { ...C } } fragment C on Connection { edges { ... on Edge { node { id name } } } }',
    );
    expect(spread).toEqual(inline);
  });

  it('depth counts the levels of fields', () => {
    expect(measure('{ one { id } }').depth).toBe(2);
    expect(measure('{ ...F } fragment F on Query { one { samples { totalCount } } }').depth).toBe(3);
  });
});
