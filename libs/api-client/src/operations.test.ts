import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, type DocumentNode, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as generated from './generated/graphql.ts';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
const folder = new URL('./operations/', import.meta.url);
const files = readdirSync(folder).sort();
const isDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' && value !== null && 'definitions' in value;

// Fragments are shared between files, so all documents are one text to the validator.
const whole = parse(files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n'));

describe('the client and the committed graph', () => {
  it('every operation document is answered by schema.graphql', () => {
    expect(validate(schema, whole).map(({ message }) => message)).toEqual([]);
  });

  it('every operation has a typed document that still validates', () => {
    const typed = Object.values(generated).filter(isDocument);
    const operations = whole.definitions.filter(({ kind }) => kind === 'OperationDefinition');
    const names = typed.flatMap(({ definitions }) =>
      definitions.flatMap((part) => (part.kind === 'OperationDefinition' ? [part.name?.value] : [])),
    );
    expect(names.sort()).toEqual(operations.map((part) => ('name' in part ? part.name?.value : '')).sort());
    for (const document of typed.filter(
      ({ definitions }) => definitions[0]?.kind === 'OperationDefinition',
    )) {
      expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
    }
  });
});
