/**
 * Every operation of the graph, tried by everybody over HTTP (MLflow CVE-2026-0545, -2651, -2652: one newer route
 * without a check; Ray CVE-2023-48022: open job submission). The table below is the intent; the schema must say the
 * same, and the server must act so. A new operation fails here until it stands in the table.
 */
import {
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../schema/build-schema.ts';
import { takeLease } from '../testing/take-lease.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { rootFields } from './allow.ts';
import { OPERATIONS } from './operations.table.ts';

const fields = rootFields(buildGraph());
const CALLERS = ['ANONYMOUS', 'VIEWER', 'EDITOR', 'ADMIN', 'AGENT', 'RUN'] as const;
let api: TestServer;
let runToken: string;

beforeAll(async () => {
  api = await startTestServer();
  runToken = (await takeLease(api)).token;
});
afterAll(() => api.close());

describe('every operation', () => {
  it('stands in the table with the permissions that the schema has', () => {
    const actual = Object.fromEntries(fields.map(({ name, permissions }) => [name, permissions?.join(' ')]));
    expect(actual).toEqual(OPERATIONS);
  });

  it('none is open to anybody without a key or a session', () => {
    expect(Object.values(OPERATIONS).filter((permissions) => permissions.includes('PUBLIC'))).toEqual([]);
  });

  for (const { name, field } of fields) {
    it(`${name} answers exactly those who may use it`, async () => {
      const allowed = (OPERATIONS[name] ?? '').split(' ');
      for (const caller of CALLERS) {
        const code = await tryAs(caller, name, field);
        const refused = caller === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
        const may = allowed.some((permission) => holds(caller, permission));
        if (may) expect(code, `${caller} on ${name}`).not.toMatch(/UNAUTHENTICATED|FORBIDDEN/);
        else expect(code, `${caller} on ${name}`).toBe(refused);
      }
    });
  }
});

function holds(caller: string, permission: string): boolean {
  const order = ['VIEWER', 'EDITOR', 'ADMIN'];
  if (permission === 'AGENT' || permission === 'RUN') return caller === permission;
  return order.includes(caller) && order.indexOf(caller) >= order.indexOf(permission);
}

/** The error's code, 'none', or 'open' for a stream that began. */
async function tryAs(caller: (typeof CALLERS)[number], name: string, field: AnyField): Promise<string> {
  const key = caller === 'ANONYMOUS' ? undefined : caller === 'RUN' ? runToken : api.keys[caller];
  const type = name.split('.')[0]?.toLowerCase() ?? '';
  const query = `${type} { ${field.name}${argumentsOf(field)} ${selectionOf(field)} }`;
  if (type === 'subscription') return await tryStream(query, key);
  const answer = await api.graphql(query, key ? { key } : {});
  return answer.json().errors?.[0]?.extensions.code ?? 'none';
}

async function tryStream(query: string, key: string | undefined): Promise<string> {
  const controller = new AbortController();
  const response = await fetch(`${api.server.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    },
    body: JSON.stringify({ query }),
    signal: controller.signal,
  });
  const timer = setTimeout(() => controller.abort(), 300);
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array);
      if (text.includes('"code"')) break;
    }
  } catch {
    return 'open';
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
  return /"code":"(\w+)"/.exec(text)?.[1] ?? 'open';
}

type AnyField = GraphQLField<unknown, never>;

/** Well-formed arguments that point at nothing, so that an allowed call fails late or finds nothing. */
function argumentsOf(field: AnyField): string {
  const given = field.args.filter(
    (argument) => isNonNullType(argument.type) && argument.defaultValue === undefined,
  );
  return given.length === 0
    ? ''
    : `(${given.map(({ name, type }) => `${name}: ${literal(type)}`).join(', ')})`;
}

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return `{ ${needed.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  }
  const scalars: Record<string, string> = {
    ID: '"00000000-0000-7000-8000-000000000000"',
    Int: '1',
    Float: '1',
    Boolean: 'false',
    DateTime: '"2026-01-01T00:00:00.000Z"',
  };
  return scalars[type.name] ?? '"x"';
}

function selectionOf(field: AnyField): string {
  return /^(JSON|String|Int|Float|Boolean|ID|DateTime)$/.test(String(field.type).replace(/[[\]!]/g, ''))
    ? ''
    : '{ __typename }';
}
