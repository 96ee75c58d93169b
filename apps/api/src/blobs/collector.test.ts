import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bearer, startTestServer } from '../testing/test-server.ts';

describe('a server', () => {
  it('collects by itself, and says what went', async () => {
    const api = await startTestServer({ PLUMAGE_COLLECT_MS: '50', PLUMAGE_BLOB_GRACE_MS: '60000' });
    try {
      const paths = ['old', 'young'].map((text) => ({
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
      }));
      for (const { text, sha256 } of paths) {
        const headers = bearer(api.keys.AGENT);
        expect((await api.ask(`/blobs/${sha256}`, { method: 'PUT', headers, body: text })).status).toBe(201);
      }
      const statuses = async () =>
        await Promise.all(
          paths.map(
            async ({ sha256 }) =>
              (await api.ask(`/blobs/${sha256}`, { headers: bearer(api.keys.VIEWER) })).status,
          ),
        );
      await api.database.prisma.blob.update({
        where: { sha256: paths[0]?.sha256 ?? '' },
        data: { lastPutAt: new Date(Date.now() - 120_000) },
      });
      await expect.poll(statuses, { timeout: 5_000 }).toEqual([404, 200]);
      await expect.poll(() => api.logged.join('')).toContain('"rows":1,"files":1');
    } finally {
      await api.close();
    }
  });

  it('goes on when a turn fails, and says so', async () => {
    const api = await startTestServer({ PLUMAGE_COLLECT_MS: '50' });
    try {
      await api.database.prisma.$executeRaw`alter table "Blob" rename to "Hidden"`;
      await expect.poll(() => api.logged.join('')).toContain('could not be deleted');
      await api.database.prisma.$executeRaw`alter table "Hidden" rename to "Blob"`;
      expect((await api.ask('/ready')).status).toBe(200);
    } finally {
      await api.close();
    }
  });
});
