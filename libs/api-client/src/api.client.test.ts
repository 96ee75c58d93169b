import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClientOptions, createApiClient } from './api.client.ts';
import { ApiError, ApiUnreachable, BlobMismatch } from './api.error.ts';
import { digestBytes } from './blob.digest.ts';
import { HeartbeatDocument, ServerVersionDocument } from './generated/graphql.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}
type Answer = (seen: Seen, response: ServerResponse) => void;

let server: Server;
let answers: Answer[];
let seen: Seen[];
let waits: number[];
let folder: string;

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

beforeEach(async () => {
  [answers, seen, waits] = [[], [], []];
  folder = mkdtempSync(join(tmpdir(), 'plumage-client-'));
  server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const entry = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(entry);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(entry, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const client = (options: Partial<ApiClientOptions> = {}) =>
  createApiClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/page`,
    key: 'plu_agent_x',
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    ...options,
  });
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => {
  return (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
};
const status = (code: number, headers: Record<string, string> = {}): Answer => {
  return (_seen, response) => void response.writeHead(code, headers).end();
};
const version = json({ data: { server: { version: '0.1.0', startedAt: '2020-01-01T00:00:00.000Z' } } });
const lease = { input: { lease: { runId: 'r', epoch: 1, token: 't' } } };

describe('an operation', () => {
  it('is one POST with the key, and gives typed data', async () => {
    answers = [version];
    const data = await client().request(ServerVersionDocument, {});
    expect(data.server.version).toBe('0.1.0');
    expect(seen[0]?.headers.authorization).toBe('Bearer plu_agent_x');
    expect(JSON.parse(seen[0]?.body.toString() ?? '')).toMatchObject({ operationName: 'ServerVersion' });
  });

  it('is tried again after 503, 502, 504 and a cut connection, waiting longer each time', async () => {
    const cut: Answer = (_seen, response) => void response.socket?.destroy();
    answers = [status(503), status(502), cut, status(504), version];
    await client().request(ServerVersionDocument, {});
    expect(seen).toHaveLength(5);
    expect(waits).toEqual([125, 250, 500, 1000]);
  });

  it('waits at least as long as Retry-After asks after 429', async () => {
    answers = [status(429, { 'retry-after': '3' }), version];
    await client().request(ServerVersionDocument, {});
    expect(waits).toEqual([3125]);
  });

  it('gives up with ApiUnreachable, naming the address and the last reason', async () => {
    answers = [status(503)];
    const error = await client({ retry: { attempts: 3 } })
      .request(ServerVersionDocument, {})
      .catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(ApiUnreachable);
    expect(error).toMatchObject({ attempts: 3, code: 'API_UNREACHABLE' });
    expect(String(error)).toMatch(
      /http:\/\/127\.0\.0\.1:\d+ cannot be reached after 3 tries: it answered 503\./,
    );
  });

  it('that is a mutation is not sent twice when the first may have been done, unless it is idempotent', async () => {
    answers = [status(502)];
    await expect(client().request(HeartbeatDocument, lease)).rejects.toThrow(ApiUnreachable);
    expect(seen).toHaveLength(1);
    answers = [status(502), json({ data: { heartbeat: { command: 'CONTINUE' } } })];
    await client().request(HeartbeatDocument, lease, { idempotent: true });
    expect(seen).toHaveLength(3);
  });

  it('that the graph refuses throws ApiError with the code, path and message, and is not repeated', async () => {
    const extensions = { code: 'LEASE_LOST', path: 'input.lease' };
    answers = [json({ errors: [{ message: 'The lease was taken over.', path: ['heartbeat'], extensions }] })];
    const error = await client()
      .request(HeartbeatDocument, lease, { idempotent: true })
      .catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'LEASE_LOST',
      path: 'input.lease',
      message: 'The lease was taken over.',
    });
    expect(seen).toHaveLength(1);
  });

  it('with a wrong key says UNAUTHENTICATED', async () => {
    answers = [json({ code: 'UNAUTHENTICATED', message: 'This key is not known.' }, 401)];
    await expect(client().request(ServerVersionDocument, {})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
      message: 'This key is not known.',
    });
  });

  it('sent to some other web server says that this is not Plumage', async () => {
    answers = [
      (_seen, response) =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>'),
    ];
    await expect(client().request(ServerVersionDocument, {})).rejects.toThrow(
      /answered 404 \(text\/html\) .*begins "<h1>Not found<\/h1>"\. Is this the address of a Plumage server\?/,
    );
  });

  it('ends with the reason of its signal when aborted in a wait', async () => {
    answers = [() => {}];
    const controller = new AbortController();
    const pending = client().request(ServerVersionDocument, {}, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stopping')), 20);
    await expect(pending).rejects.toThrow('stopping');
  });

  it('times out when no answer comes', async () => {
    answers = [() => {}];
    await expect(
      client({ timeoutMs: 30, retry: { attempts: 1 } }).request(ServerVersionDocument, {}),
    ).rejects.toThrow(/after one try: no answer in time/);
  });

  it('is refused before it is sent when the address is none', () => {
    expect(() => createApiClient({ url: 'localhost:4600' })).toThrow(
      '"localhost:4600" is not the address of a server: expected something like http://localhost:4600.',
    );
  });
});

describe('a blob', () => {
  const bytes = new Uint8Array(3_000_000).map((_, i) => i % 251);
  const sha = digestBytes(bytes);

  it('goes up from memory or streamed from a file, with its length, under its sha256', async () => {
    answers = [status(201)];
    const file = join(folder, 'weights');
    writeFileSync(file, bytes);
    expect(await client().putBlob(bytes, { contentType: 'image/png' })).toBe(sha);
    expect(await client().putBlob({ file })).toBe(sha);
    expect(seen.map(({ url, method }) => `${method} ${url}`)).toEqual([
      `PUT /blobs/${sha}`,
      `PUT /blobs/${sha}`,
    ]);
    expect(seen.map(({ body }) => digestBytes(body))).toEqual([sha, sha]);
    expect(seen.map(({ headers }) => headers['content-length'])).toEqual(['3000000', '3000000']);
  });

  it('is sent again from its first byte after a 503', async () => {
    const file = join(folder, 'weights');
    writeFileSync(file, bytes);
    answers = [status(503), status(200)];
    await client().putBlob({ file });
    expect(digestBytes(seen[1]?.body ?? Buffer.of())).toBe(sha);
  });

  it('comes down verified', async () => {
    answers = [(_seen, response) => void response.end(bytes)];
    await client().getBlob(sha, join(folder, 'down'));
    expect(digestBytes(readFileSync(join(folder, 'down')))).toBe(sha);
  });

  it('that arrives damaged is fetched again, and in the end refused, leaving no file', async () => {
    const damaged: Answer = (_seen, response) => void response.end(bytes.subarray(1));
    answers = [damaged, (_seen, response) => void response.end(bytes)];
    await client().getBlob(sha, join(folder, 'second'));
    answers = [damaged];
    const failed = client({ retry: { attempts: 2 } }).getBlob(sha, join(folder, 'third'));
    await expect(failed).rejects.toThrow(BlobMismatch);
    expect(readdirSync(folder)).toEqual(['second']);
  });

  it('that is not in the store is NOT_FOUND', async () => {
    answers = [json({ code: 'NOT_FOUND', message: 'No such blob.' }, 404)];
    await expect(client().getBlob(sha, join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('whose file cannot be written fails at once with the file system’s error', async () => {
    answers = [(_seen, response) => void response.end(bytes)];
    await expect(client().getBlob(sha, join(folder, 'no', 'such', 'folder'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(seen).toHaveLength(1);
  });
});
