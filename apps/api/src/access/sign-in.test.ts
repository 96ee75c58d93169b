import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../testing/test-server.ts';
import { bootstrap } from './bootstrap.service.ts';
import { hashSession } from './secret.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer();
});
afterAll(() => api.close());

function signIn(token: unknown, headers: Record<string, string> = {}) {
  return api.ask('/auth/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
}

function cookieOf(answer: { headers: Readonly<Record<string, string | string[] | undefined>> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

async function roleOf(headers: Record<string, string>): Promise<unknown> {
  const answer = await api.graphql('{ viewer { role } }', { headers });
  return (
    (answer.json().data?.['viewer'] as { role: string } | undefined)?.role ??
    answer.json().errors?.[0]?.extensions.code
  );
}

async function freshLink(): Promise<string> {
  return (await bootstrap(api.database.prisma)).signInToken;
}

describe('signing in', () => {
  it('a link works once: the cookie is HttpOnly, SameSite=Strict, for the whole site', async () => {
    const answer = await signIn(api.first.signInToken);
    expect(answer.status).toBe(200);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^plumage_session=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await roleOf({ cookie: cookieOf(answer) })).toBe('ADMIN');
    const again = await signIn(api.first.signInToken);
    expect([again.status, again.json().errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('a link is worth nothing after ten minutes', async () => {
    const token = await freshLink();
    await api.database.prisma.signInToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await signIn(token)).status).toBe(401);
  });

  it('two who use one link at once: one gets in', async () => {
    const token = await freshLink();
    const statuses = (await Promise.all([signIn(token), signIn(token), signIn(token)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 401, 401]);
  });

  it("a session opened with a key has that key's role, and ends when the key is revoked", async () => {
    const answer = await signIn(api.keys.VIEWER);
    const cookie = cookieOf(answer);
    expect(await roleOf({ cookie })).toBe('VIEWER');
    await api.database.prisma.apiKey.updateMany({
      where: { name: 'key of VIEWER' },
      data: { revokedAt: new Date() },
    });
    expect(await roleOf({ cookie })).toBe('UNAUTHENTICATED');
    await api.database.prisma.apiKey.updateMany({
      where: { name: 'key of VIEWER' },
      data: { revokedAt: null },
    });
  });

  it('an agent key opens no session', async () => {
    expect((await signIn(api.keys.AGENT)).status).toBe(401);
  });

  it('signing out ends the session on the server, not only in the browser', async () => {
    const cookie = cookieOf(await signIn(await freshLink()));
    const answer = await api.ask('/auth/sign-out', { method: 'POST', headers: { cookie } });
    expect(String(answer.headers['set-cookie'])).toContain('Max-Age=0');
    expect(await roleOf({ cookie })).toBe('UNAUTHENTICATED');
  });

  it('a session slides forward with use, and ends two weeks after the last', async () => {
    const cookie = cookieOf(await signIn(await freshLink()));
    const hash = hashSession(cookie.split('=')[1] ?? '', undefined);
    const anHourAgo = new Date(Date.now() - 2 * 3_600_000);
    const soon = new Date(Date.now() + 60_000);
    await api.database.prisma.session.update({
      where: { hash },
      data: { lastUsedAt: anHourAgo, expiresAt: soon },
    });
    expect(await roleOf({ cookie })).toBe('ADMIN');
    const { expiresAt } = await api.database.prisma.session.findUniqueOrThrow({ where: { hash } });
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 13 * 86_400_000);
    await api.database.prisma.session.update({
      where: { hash },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect(await roleOf({ cookie })).toBe('UNAUTHENTICATED');
  });

  it('after ten failures from one address the next is told to wait, with Retry-After', async () => {
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push(await signIn(`wrong ${i}`));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(last?.json().errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  });

  it('a wrong body is refused in words', async () => {
    const fresh = await startTestServer();
    const answer = await fresh.ask('/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"tok',
    });
    expect([answer.status, answer.json().errors?.[0]?.extensions.code]).toEqual([400, 'BAD_INPUT']);
    await fresh.close();
  });
});

describe('default credentials (MLflow admin/password1234)', () => {
  it('none exist: a new database has no user at all, and no key that is not random', async () => {
    const secrets = [await bootstrap(api.database.prisma), await bootstrap(api.database.prisma)];
    expect(new Set(secrets.flatMap(Object.values)).size).toBe(6);
    const kept = JSON.stringify(await api.database.prisma.apiKey.findMany());
    for (const secret of secrets.flatMap(Object.values)) expect(kept).not.toContain(secret);
  });

  it('each bootstrap replaces the keys of the one before', async () => {
    const before = await bootstrap(api.database.prisma);
    expect(await roleOf(bearer(before.userKey))).toBe('ADMIN');
    const after = await bootstrap(api.database.prisma);
    expect(await roleOf(bearer(after.userKey))).toBe('ADMIN');
    expect(await roleOf(bearer(before.userKey))).not.toBe('ADMIN');
  });
});
