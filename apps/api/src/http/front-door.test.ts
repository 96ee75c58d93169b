/** What stands in front of every route, over real HTTP. */
import { createServer, type Server as HttpServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, bearer, startTestServer, type TestServer } from '../testing/test-server.ts';

let dashboard: HttpServer;
let received: { url: string; headers: Record<string, unknown> }[] = [];
let api: TestServer;
let dashboardUrl = '';

beforeAll(async () => {
  dashboard = createServer((request, response) => {
    received.push({ url: request.url ?? '', headers: request.headers });
    if (request.url === '/own-policy') response.setHeader('content-security-policy', "script-src 'nonce-x'");
    response.setHeader('content-type', 'text/html');
    response.end('<h1>page</h1>');
  });
  await new Promise<void>((resolve) => dashboard.listen(0, '127.0.0.1', resolve));
  dashboardUrl = `http://127.0.0.1:${(dashboard.address() as { port: number }).port}`;
  api = await startTestServer({
    PLUMAGE_DASHBOARD_URL: dashboardUrl,
    PLUMAGE_ALLOWED_HOSTS: 'gpu-box.example',
  });
});
afterAll(async () => {
  await api.close();
  dashboard.close();
});

const codeOf = (answer: Answer) => answer.json().errors?.[0]?.extensions.code;
const host = () => `127.0.0.1:${api.server.port}`;
const post = (headers: Record<string, string>, body = '{"query":"{ viewer { role } }"}', path = '/graphql') =>
  api.ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

describe('DNS rebinding (MLflow CVE-2025-14279, Ray CVE-2026-27482)', () => {
  it("only the loopback's names and the listed hosts are answered, on every route", async () => {
    for (const [name, allowed] of [
      ['localhost', true],
      ['LOCALHOST:4600', true],
      ['127.0.0.1:1', true],
      ['[::1]:4600', true],
      ['gpu-box.example', true],
      ['evil.example', false],
      ['localhost.evil.example', false],
      ['127.0.0.1.evil.example', false],
      ['gpu-box.example.evil.example:80', false],
      ['10.0.0.1', false],
      ['evil@localhost', false],
      ['a b', false],
    ] as const) {
      for (const path of ['/health', '/', '/graphql', '/blobs/x', '/metrics']) {
        const { status, body } = await api.ask(path, { headers: { host: name } });
        if (allowed) expect(body, `${name} ${path}`).not.toContain('does not answer to the name');
        else expect(status, `${name} ${path}`).toBeGreaterThanOrEqual(400);
        if (!allowed) expect(body).not.toContain('page');
      }
    }
  });
});

describe('CSRF (MLflow CVE-2025-14279: DELETE forgotten)', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    "%s from another origin's page is refused on every route",
    async (method) => {
      for (const path of [
        '/graphql',
        '/graphql/stream',
        '/auth/sign-in',
        '/auth/sign-out',
        `/blobs/${'a'.repeat(64)}`,
        '/',
        '/metrics',
      ]) {
        for (const headers of [
          { origin: 'https://evil.example' },
          { origin: 'null' },
          { origin: `http://${host()}.evil.example` },
          { origin: 'http://127.0.0.1:1' },
          { 'sec-fetch-site': 'cross-site' },
          { 'sec-fetch-site': 'same-site' },
        ] as Record<string, string>[]) {
          const answer = await api.ask(path, { method, headers: { ...bearer(api.keys.ADMIN), ...headers } });
          expect([answer.status, codeOf(answer)], `${method} ${path}`).toEqual([403, 'FORBIDDEN']);
        }
      }
    },
  );

  it('a page of this origin passes, and so does a script that sends no Origin', async () => {
    const key = bearer(api.keys.VIEWER);
    expect(
      (await post({ ...key, origin: `http://${host()}`, 'sec-fetch-site': 'same-origin' })).json().data,
    ).toBeTruthy();
    expect((await post(key)).json().data).toBeTruthy();
  });

  it('a stream is refused to another origin even by GET, which needs no preflight', async () => {
    const path = `/graphql/stream?query=${encodeURIComponent('subscription { x }')}`;
    const answer = await api.ask(path, {
      headers: { ...bearer(api.keys.ADMIN), origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
  });

  it('a form cannot post an operation: only JSON is taken', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await post({ ...bearer(api.keys.ADMIN), 'content-type': type });
      expect(answer.status).toBe(400);
      expect(answer.body).not.toContain('ADMIN');
    }
    expect((await api.ask('/graphql?query={viewer{role}}', { headers: bearer(api.keys.ADMIN) })).status).toBe(
      400,
    );
  });
});

describe('every answer', () => {
  it('forbids sniffing, framing and running', async () => {
    for (const path of ['/health', '/nothing', '/graphql', '/blobs/x', '/explorer']) {
      const { headers } = await api.ask(path);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(String(headers['content-security-policy'])).toMatch(/frame-ancestors 'none'|sandbox/);
    }
  });

  it('a fault of the server shows a request id, and nothing of its inside', async () => {
    await api.database.pool.query('alter table "Project" rename to "Gone"');
    const answer = await api.graphql('{ projects { id } }', { key: api.keys.VIEWER });
    await api.database.pool.query('alter table "Gone" rename to "Project"');
    const error = answer.json().errors?.[0];
    expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: answer.headers['x-request-id'] });
    expect(answer.body).not.toMatch(/public\.|does not exist|prisma|stack|\.ts/i);
    expect(api.logged.join('')).toContain(String(answer.headers['x-request-id']));
  });
});

describe('the dashboard behind the door', () => {
  it("gets everything that is not the API's, and its pages get the headers that they lack", async () => {
    const answer = await api.ask('/sweeps/1?tab=runs');
    expect([answer.status, answer.body]).toEqual([200, '<h1>page</h1>']);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect((await api.ask('/own-policy')).headers['content-security-policy']).toBe("script-src 'nonce-x'");
  });

  it('headers that steer it come from the door alone (CVE-2025-29927)', async () => {
    received = [];
    await api.ask('/page', {
      headers: {
        'x-middleware-subrequest': 'middleware',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-for': '1.2.3.4',
        forwarded: 'host=evil.example',
        authorization: 'Bearer x',
        connection: 'close, cookie',
      },
    });
    const headers = received[0]?.headers ?? {};
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-middleware-subrequest']));
    expect(headers).toMatchObject({ 'x-forwarded-host': host() });
    expect(JSON.stringify(headers)).not.toMatch(/evil|1\.2\.3\.4|Bearer/);
  });

  it('addresses that name another server go nowhere', async () => {
    for (const path of ['//evil.example/x', '/\\evil.example', '/%5cevil.example', 'http://evil.example/']) {
      received = [];
      await api.ask(path).catch(() => null);
      expect(JSON.stringify(received)).not.toContain('evil.example/x');
      for (const { headers } of received) expect(headers['host']).toBe(new URL(dashboardUrl).host);
    }
  });

  it('when it is down, a page says so in words', async () => {
    const alone = await startTestServer({ PLUMAGE_DASHBOARD_URL: 'http://127.0.0.1:9' });
    const answer = await alone.ask('/');
    expect([answer.status, answer.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('The pages are not there right now');
    expect((await alone.ask('/health')).status).toBe(200);
    await alone.close();
  });
});

describe('health', () => {
  it('ready says when the database lacks a migration', async () => {
    expect((await api.ask('/ready')).json()).toEqual({ status: 'ready' });
    await api.database.pool.query('update _prisma_migrations set finished_at = null');
    const answer = await api.ask('/ready');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'UNAVAILABLE']);
    await api.database.pool.query('update _prisma_migrations set finished_at = now()');
  });

  it('metrics are for this machine; through a proxy, for admins', async () => {
    const { body } = await api.ask('/metrics');
    expect(body).toContain('plumage_http_requests_total');
    expect(body).toContain('plumage_graphql_operation_seconds');
    const far = { 'x-forwarded-for': '10.0.0.9' };
    expect((await api.ask('/metrics', { headers: far })).status).toBe(401);
    expect((await api.ask('/metrics', { headers: { ...far, ...bearer(api.keys.EDITOR) } })).status).toBe(403);
    expect((await api.ask('/metrics', { headers: { ...far, ...bearer(api.keys.ADMIN) } })).status).toBe(200);
  });

  it('the explorer is for signed-in users', async () => {
    expect((await api.ask('/explorer')).headers['location']).toBe('/sign-in');
    const answer = await api.ask('/explorer', { headers: bearer(api.keys.VIEWER) });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toMatch(/https?:\/\//);
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
  });
});
