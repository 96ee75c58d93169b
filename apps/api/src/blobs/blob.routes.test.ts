/** Blobs over HTTP: what is kept, what is refused, and the ways in which other trackers' file routes were broken. */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, bearer, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer({ PLUMAGE_MAX_BLOB_BYTES: '2000000' });
});
afterAll(() => api.close());

const shaOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const get = (path: string, headers: Record<string, string> = {}) =>
  api.ask(path, { headers: { ...bearer(api.keys.VIEWER), ...headers } });

function put(content: Buffer, options: { sha?: string; key?: string; type?: string } = {}): Promise<Answer> {
  return api.ask(`/blobs/${options.sha ?? shaOf(content)}`, {
    method: 'PUT',
    headers: {
      ...bearer(options.key ?? api.keys.AGENT),
      'content-type': options.type ?? 'application/octet-stream',
    },
    body: content,
  });
}

async function storedFiles(): Promise<string[]> {
  const folder = join(api.dataDir, 'blobs');
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? name : '')),
  );
  return files.filter(Boolean);
}

const codeOf = (answer: Answer) => answer.json().errors?.[0]?.extensions.code;

describe('blobs', () => {
  it('bytes come back as they went in, immutable, with an ETag', async () => {
    const content = randomBytes(300_000);
    const made = await put(content);
    expect([made.status, made.json()]).toEqual([
      201,
      {
        sha256: shaOf(content),
        size: 300_000,
        contentType: 'application/octet-stream',
        url: `/blobs/${shaOf(content)}`,
      },
    ]);
    const answer = await get(`/blobs/${shaOf(content)}`);
    expect(Buffer.from(answer.body, 'latin1').equals(content)).toBe(true);
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${shaOf(content)}"`,
      'content-length': '300000',
    });
    const again = await get(`/blobs/${shaOf(content)}`, { 'if-none-match': `"${shaOf(content)}"` });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await put(content)).status, 'the same again is no second blob').toBe(200);
    expect((await storedFiles()).filter((file) => file.endsWith(shaOf(content)))).toHaveLength(1);
  });

  it('bytes that do not hash to their name are refused, and nothing of them stays', async () => {
    const before = await storedFiles();
    const answer = await put(Buffer.from('other'), { sha: 'a'.repeat(64) });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'BLOB_MISMATCH']);
    expect(await storedFiles()).toEqual(before);
    expect((await get(`/blobs/${'a'.repeat(64)}`)).status).toBe(404);
  });

  it('too many bytes are refused whether they are announced or not', async () => {
    const content = randomBytes(2_000_001);
    const before = await storedFiles();
    expect((await put(content)).status).toBe(413);
    const response = await fetch(`${api.server.url}/blobs/${shaOf(content)}`, {
      method: 'PUT',
      headers: bearer(api.keys.AGENT),
      body: new Blob([content]).stream(),
      duplex: 'half',
    } as RequestInit).catch(() => null); // The server may hang up on a sender that goes on.
    expect(response?.status ?? 413).toBe(413);
    expect(await storedFiles()).toEqual(before);
  });

  it('an upload that breaks off leaves nothing', async () => {
    const content = randomBytes(200_000);
    const before = await storedFiles();
    const controller = new AbortController();
    const body = new ReadableStream({
      start: (sink) => {
        sink.enqueue(content.subarray(0, 100_000));
        setTimeout(() => controller.abort(), 100);
      },
    });
    const upload = fetch(`${api.server.url}/blobs/${shaOf(content)}`, {
      ...{ method: 'PUT', headers: bearer(api.keys.AGENT), body, duplex: 'half', signal: controller.signal },
    } as RequestInit);
    await expect(upload).rejects.toThrow();
    await expect.poll(storedFiles).toEqual(before);
  });

  it('two who send the same blob at once both succeed', async () => {
    const content = randomBytes(100_000);
    const statuses = (await Promise.all([put(content), put(content), put(content)])).map(
      ({ status }) => status,
    );
    expect(statuses.every((status) => status === 200 || status === 201)).toBe(true);
    expect(await api.database.prisma.blob.count({ where: { sha256: shaOf(content) } })).toBe(1);
  });

  it('an empty blob is a blob', async () => {
    expect((await put(Buffer.alloc(0))).status).toBe(201);
    expect(await get(`/blobs/${shaOf(Buffer.alloc(0))}`)).toMatchObject({ status: 200, body: '' });
  });

  it('parts can be asked for', async () => {
    const content = Buffer.from('0123456789');
    const path = `/blobs/${shaOf(content)}`;
    await put(content);
    for (const [range, status, body, contentRange] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=5-500', 206, '56789', 'bytes 5-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=1-2,4-5', 200, '0123456789', undefined],
      ['lines=1-2', 200, '0123456789', undefined],
    ] as const) {
      const answer = await get(path, { range });
      expect([range, answer.status, answer.body, answer.headers['content-range']]).toEqual([
        range,
        status,
        body,
        contentRange,
      ]);
    }
    const head = await api.ask(path, { method: 'HEAD', headers: bearer(api.keys.VIEWER) });
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
  });

  it('a blob that the disk has changed is not handed out as if it were whole', async () => {
    const content = randomBytes(400_000);
    const sha = shaOf(content);
    await put(content);
    const file = join(api.dataDir, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha);
    const damaged = Buffer.from(content);
    damaged[200_000] = (damaged[200_000] ?? 0) ^ 1;
    await writeFile(file, damaged);
    await expect(get(`/blobs/${sha}`)).rejects.toThrow();
    expect((await get(`/blobs/${sha}`, { range: 'bytes=0-9' })).status).toBe(500);
    expect(api.logged.join('')).toContain('BLOB_CORRUPT');
    expect((await put(content)).status, 'sent again, it is mended').toBe(200);
    expect((await get(`/blobs/${sha}`)).status).toBe(200);
  });

  it('pictures have thumbnails of the listed widths, made once', async () => {
    const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await put(picture);
    const path = `/blobs/${shaOf(picture)}/thumbnail`;
    const answer = await get(`${path}?width=100`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/webp']);
    const { width, height } = await sharp(Buffer.from(answer.body, 'latin1')).metadata();
    expect([width, height]).toEqual([128, 85]);
    expect(await readdir(join(api.dataDir, 'thumbnails'))).toEqual([`${shaOf(picture)}-128.webp`]);
    for (const bad of ['0', '-1', '1025', '1e9', 'x', '1.5'])
      expect((await get(`${path}?width=${bad}`)).status).toBe(400);
    expect((await api.ask(path)).status).toBe(401);
  });

  it('a decompression bomb and a broken picture are refused, not decoded', async () => {
    const bomb = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'white' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const broken = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(500)]);
    for (const picture of [bomb, broken]) {
      await put(picture);
      const answer = await get(`/blobs/${shaOf(picture)}/thumbnail?width=64`);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_INPUT']);
    }
  });
});

describe('stored XSS (MLflow CVE-2024-27132, ClearML 1.17)', () => {
  it('SVG and HTML are bytes to download, whatever their sender called them', async () => {
    for (const text of [
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      '<!doctype html><script>alert(1)</script>',
      '<?xml version="1.0"?><x/>',
      'GIF87<script>alert(1)</script>',
    ]) {
      const content = Buffer.from(text);
      await put(content, { type: 'text/html' });
      const { headers } = await get(`/blobs/${shaOf(content)}`);
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
      });
      expect(headers['content-disposition']).toMatch(/^attachment; filename="[0-9a-f]{12}\.bin"$/);
    }
  });

  it('a picture that is also a page (polyglot) is served as a picture, sandboxed', async () => {
    const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const polyglot = Buffer.concat([png, Buffer.from('<script>alert(1)</script>')]);
    await put(polyglot, { type: 'text/html' });
    const { headers } = await get(`/blobs/${shaOf(polyglot)}`);
    expect(headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toContain('sandbox');
  });
});

describe('path traversal (MLflow CVE-2023-2356, -2780, -6909, CVE-2024-1560, -1593, CVE-2025-11201, CVE-2026-2614)', () => {
  const up = [
    '..',
    '%2e%2e',
    '%252e%252e',
    '..%2f',
    '..%5c',
    '..\\',
    '.%2e',
    '%2e.',
    '..;x=1',
    '..%00',
    '%c0%ae%c0%ae',
    '%ef%bc%8e%ef%bc%8e',
  ];
  const targets = [
    ...up.flatMap((dots) => [
      `/blobs/${dots}/${dots}/etc/passwd`,
      `/blobs/${'a'.repeat(64)}/${dots}/${dots}/etc/passwd`,
    ]),
    '/blobs//etc/passwd',
    '/blobs/%2fetc%2fpasswd',
    '/blobs/C:%5cwindows%5cwin.ini',
    '/blobs/file:%2f%2f%2fetc%2fpasswd',
    `/blobs/${'a'.repeat(64)}%00.png`,
    `/blobs/${'A'.repeat(64)}`,
    `/blobs/${'a'.repeat(63)}`,
    `/blobs/${'a'.repeat(64)}#/../../etc/passwd`,
    `/blobs/${'a'.repeat(64)};/../../etc/passwd`,
    `/blobs/${'a'.repeat(64)}/thumbnail/..%2f..%2fetc%2fpasswd`,
  ];

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
    '%s reaches nothing outside of the store, in any encoding',
    async (method) => {
      const before = await storedFiles();
      const passwd = await readFile('/etc/passwd', 'utf8');
      for (const path of targets) {
        const answer = await api.ask(path, {
          method,
          headers: bearer(method === 'PUT' ? api.keys.AGENT : api.keys.ADMIN),
          ...(method === 'PUT' ? { body: 'x' } : {}),
        });
        expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${method} ${path}`).toBeLessThan(500);
        expect(answer.body).not.toContain(passwd.slice(0, 20));
      }
      expect(await storedFiles()).toEqual(before);
    },
  );
});

describe('who may', () => {
  it('nobody without a key reads or writes; viewers read only', async () => {
    const content = Buffer.from('mine');
    await put(content);
    const path = `/blobs/${shaOf(content)}`;
    expect((await api.ask(path)).status).toBe(401);
    expect((await api.ask(path, { method: 'PUT', body: content })).status).toBe(401);
    expect((await put(content, { key: api.keys.VIEWER })).status).toBe(403);
    expect((await api.ask(path, { headers: bearer(api.keys.AGENT) })).status).toBe(200);
  });

  it('people upload pictures of a few megabytes, whatever they call them; anything else is refused whole', async () => {
    const { EDITOR: key } = api.keys;
    const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c33' } });
    for (const picture of [await blank.png().toBuffer(), await blank.jpeg().toBuffer()]) {
      expect((await put(picture, { key, type: 'text/html' })).status).toBe(201);
    }
    const before = await storedFiles();
    const refused = [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      Buffer.from('{"a": 1}'),
      Buffer.from('#!/bin/sh'),
      await blank.webp().toBuffer(),
    ];
    for (const content of refused) {
      const answer = await put(content, { key, type: 'image/png' });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_INPUT']);
      expect(answer.body).toContain('image/png or image/jpeg');
    }
    expect(await storedFiles()).toEqual(before);
  });
});
