import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer();
});
afterAll(() => api.close());

const CREATE = `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id prefix role } } }`;
const REVOKE = `mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { key { revokedAt } } }`;

interface Created {
  readonly secret: string;
  readonly key: { id: string; prefix: string; role: string | null };
}

async function create(as: string, input: object): Promise<Created | string> {
  const { data, errors } = (await api.graphql(CREATE, { key: as, variables: { input } })).json();
  return errors?.[0]?.extensions.code ?? (data?.['createApiKey'] as Created);
}

async function viewerCode(key: string): Promise<string> {
  const answer = await api.graphql('{ viewer { role } }', { key });
  return answer.json().errors?.[0]?.extensions.code ?? 'none';
}

describe('API keys', () => {
  it('the secret is shown once, works, and is kept only as a hash', async () => {
    const made = (await create(api.keys.ADMIN, {
      kind: 'USER',
      name: 'notebook',
      role: 'EDITOR',
    })) as Created;
    expect(made.secret).toMatch(/^plu_user_[\w-]{43}$/);
    expect(made.secret.startsWith(made.key.prefix)).toBe(true);
    expect(await viewerCode(made.secret)).toBe('none');
    const list = await api.graphql('{ apiKeys { name lastUsedAt } }', { key: api.keys.ADMIN });
    expect(list.body).not.toContain(made.secret);
    const keys = list.json().data?.['apiKeys'] as { name: string; lastUsedAt: string | null }[];
    expect(keys.find(({ name }) => name === 'notebook')?.lastUsedAt).not.toBeNull();
  });

  it('a revoked key stops at once', async () => {
    const made = (await create(api.keys.ADMIN, { kind: 'USER', name: 'short' })) as Created;
    expect(await viewerCode(made.secret)).toBe('none');
    await api.graphql(REVOKE, { key: api.keys.ADMIN, variables: { input: { id: made.key.id } } });
    const answer = await api.graphql('{ viewer { role } }', { key: made.secret });
    expect([answer.status, await viewerCode(made.secret)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('an expired key stops', async () => {
    const made = (await create(api.keys.ADMIN, { kind: 'USER', name: 'old', expiresInDays: 1 })) as Created;
    expect(await viewerCode(made.secret)).toBe('none');
    await api.database.prisma.apiKey.update({
      where: { id: made.key.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect(await viewerCode(made.secret)).toBe('UNAUTHENTICATED');
  });

  it('nobody makes a key above their own role', async () => {
    expect(await create(api.keys.EDITOR, { kind: 'USER', name: 'x', role: 'ADMIN' })).toBe('FORBIDDEN');
    expect(await create(api.keys.EDITOR, { kind: 'USER', name: 'x', role: 'EDITOR' })).toHaveProperty(
      'secret',
    );
    expect(await create(api.keys.VIEWER, { kind: 'USER', name: 'x', role: 'VIEWER' })).toBe('FORBIDDEN');
  });

  it('editors see and revoke their own keys alone', async () => {
    const foreign = (await create(api.keys.ADMIN, { kind: 'AGENT', name: 'of the admin' })) as Created;
    const list = await api.graphql('{ apiKeys { id } }', { key: api.keys.EDITOR });
    expect(list.body).not.toContain(foreign.key.id);
    const answer = await api.graphql(REVOKE, {
      key: api.keys.EDITOR,
      variables: { input: { id: foreign.key.id } },
    });
    expect(answer.json().errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('wrong input is refused with path and expectation', async () => {
    for (const [input, path] of [
      [{ kind: 'USER', name: ' ' }, 'input.name'],
      [{ kind: 'USER', name: 'x', expiresInDays: 0 }, 'input.expiresInDays'],
      [{ kind: 'AGENT', name: 'x', role: 'ADMIN' }, 'input.role'],
    ] as const) {
      const { errors } = (await api.graphql(CREATE, { key: api.keys.ADMIN, variables: { input } })).json();
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', path });
    }
  });

  it('a key is never logged, nor repeated in an error', async () => {
    const wrong = `plu_user_${'w'.repeat(43)}`;
    const answer = await api.ask('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(wrong) },
      body: '{"query":"{viewer{id}}"}',
    });
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain(wrong);
    await api.ask(`/health?token=${wrong}`);
    for (const secret of [wrong, ...Object.values(api.keys)])
      expect(api.logged.join('')).not.toContain(secret);
  });

  it('wrong keys in a row are answered 429 with Retry-After', async () => {
    let last = await api.graphql('{ viewer { id } }', { key: 'plu_user_x' });
    for (let i = 0; i < 15; i++) last = await api.graphql('{ viewer { id } }', { key: 'plu_user_x' });
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(await viewerCode(api.keys.VIEWER), 'a right key from the same address goes on').toBe('none');
  });
});
