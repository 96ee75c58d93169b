/** /explorer: the graph's explorer for signed-in users, whole in this server, so that it works offline. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.type.ts';
import { isAllowed } from '../access/allow.ts';
import { NotFoundError } from '../errors/api.error.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Explorer · Plumage</title>
<link rel="stylesheet" href="/explorer/explorer.css">
<div id="explorer"></div>
<script type="module" src="/explorer/explorer.js"></script>
</html>
`;

const FILES: Readonly<Record<string, string>> = {
  'explorer.js': 'text/javascript; charset=utf-8',
  'explorer.css': 'text/css; charset=utf-8',
};

export async function explorerRoutes(
  app: FastifyInstance,
  options: { authenticate: (request: FastifyRequest) => Promise<Actor> },
): Promise<void> {
  const allowed = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isAllowed(await options.authenticate(request), ['VIEWER']))
      return await reply.redirect('/sign-in', 303);
  };
  app.get('/explorer', { onRequest: allowed }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(PAGE),
  );
  app.get<{ Params: { file: string } }>('/explorer/:file', { onRequest: allowed }, async (request, reply) => {
    const type = Object.hasOwn(FILES, request.params.file) ? FILES[request.params.file] : undefined;
    const folder = bundleFolder();
    if (type === undefined || folder === null) throw new NotFoundError('explorer file', request.params.file);
    const content = await readFile(join(folder, request.params.file));
    return await reply.type(type).header('cache-control', 'private, no-cache').send(content);
  });
}

/** dist/explorer beside the built server, or the same folder seen from src/explorer; null before the first build. */
function bundleFolder(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = [join(here, 'explorer'), join(here, '..', '..', 'dist', 'explorer')];
  return folders.find((folder) => existsSync(join(folder, 'explorer.js'))) ?? null;
}
