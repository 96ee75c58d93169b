/** GraphQL denial of service, and its bypass by fragments (MLflow CVE-2025-0453, issue 25665). */
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer();
});
afterAll(() => api.close());

const ask = (query: string, key = api.keys.ADMIN) => api.graphql(query, { key });
const refusal = (answer: Answer) => answer.json().errors?.[0]?.extensions;
const repeat = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');

describe('one operation', () => {
  it('has at most 50 aliases, also when they come through fragments', async () => {
    const plain = await ask(`{ ${repeat(51, (n) => `a${n}: __typename`)} }`);
    expect([plain.status, refusal(plain)]).toMatchObject([
      400,
      { code: 'TOO_COSTLY', measure: 'number of aliases', limit: 50 },
    ]);
    const hidden = await ask(
      `{ ...F } fragment F on Query { ...G } fragment G on Query { ${repeat(51, (n) => `a${n}: __typename`)} }`,
    );
    expect(refusal(hidden)).toMatchObject({ code: 'TOO_COSTLY' });
    const nested = await ask(
      `{ projects { ...P } } fragment P on Project { ${repeat(51, (n) => `a${n}: id`)} }`,
    );
    expect(refusal(nested)).toMatchObject({ measure: 'number of aliases' });
  });

  it('has at most 20 root fields, also when one fragment is spread many times', async () => {
    const five =
      'fragment F on Query { viewer { id } server { version } projects { id } apiKeys { id } __typename }';
    expect(refusal(await ask(`{ ${repeat(5, () => '...F')} } ${five}`))).toMatchObject({
      measure: 'number of root fields',
      value: 25,
    });
    expect((await ask(`{ ...F } ${five}`)).json().data).toBeTruthy();
  });

  it('a document that doubles itself through fragments is refused at once', async () => {
    const last = 26;
    const doubling = repeat(last, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
    const started = performance.now();
    const answer = await ask(`{ ...F0 } ${doubling} fragment F${last} on Query { viewer { id } }`);
    expect(refusal(answer)).toMatchObject({ code: 'TOO_COSTLY' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('a fragment that contains itself is refused', async () => {
    const answer = await ask('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }');
    expect([answer.status, refusal(answer)?.code]).toEqual([400, 'BAD_INPUT']);
  });

  it('has a bounded depth, introspection included', async () => {
    const deep = (levels: number): string =>
      levels === 0 ? 'name' : `fields { type { ${deep(levels - 1)} } }`;
    const answer = await ask(`{ __type(name: "Query") { ${deep(12)} } }`);
    expect(answer.status).toBe(400);
    expect(refusal(answer)?.code).toMatch(/TOO_COSTLY|BAD_INPUT/);
  });

  it('has a bounded number of tokens and bytes', async () => {
    expect((await ask(`{ ${repeat(7_000, () => '__typename')} }`)).status).toBe(400);
    const answer = await ask(`{ viewer { id } } # ${'x'.repeat(9 * 1024 * 1024)}`).catch(() => null);
    expect(answer?.status ?? 413).toBe(413);
  });

  it('comes alone: a batch is refused', async () => {
    const answer = await api.ask('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${api.keys.ADMIN}` },
      body: JSON.stringify([{ query: '{ viewer { id } }' }, { query: '{ viewer { id } }' }]),
    });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('"data"');
  });

  it("wrong documents and variables are the caller's errors, with a code", async () => {
    for (const query of [
      '{',
      '{ nothing }',
      'query($x: Int!) { viewer { id } }',
      '',
      'query A { __typename } query B { __typename }',
    ]) {
      const answer = await ask(query);
      expect([answer.status < 500, refusal(answer)?.code], query).toEqual([true, 'BAD_INPUT']);
    }
  });
});

describe('introspection', () => {
  it('is for signed-in users, by whatever way it is asked', async () => {
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Run") { name } }',
      '{ ...F } fragment F on Query { __schema { description } }',
    ]) {
      const anonymous = await api.graphql(query);
      expect([anonymous.status, refusal(anonymous)?.code]).toEqual([403, 'FORBIDDEN']);
      expect((await ask(query, api.keys.VIEWER)).json().errors).toBeUndefined();
    }
  });

  it('can be switched off for all, or on', async () => {
    const off = await startTestServer({ PLUMAGE_INTROSPECTION: 'nobody' });
    expect(refusal(await off.graphql('{ __schema { description } }', { key: off.keys.ADMIN }))?.code).toBe(
      'FORBIDDEN',
    );
    await off.close();
    const open = await startTestServer({ PLUMAGE_INTROSPECTION: 'everyone' });
    expect((await open.graphql('{ __schema { description } }')).json().errors).toBeUndefined();
    await open.close();
  });
});
