/**
 * Bundles an application: `tsx tools/build.ts apps/agent main child` writes apps/agent/dist/main.js and child.js from
 * the sources of the same names. The workspace's own libraries are bundled in; npm packages stay outside.
 */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [folder, ...entries] = process.argv.slice(2);
if (folder === undefined || entries.length === 0) {
  console.error(
    'Usage: tsx tools/build.ts FOLDER ENTRY..., such as: tsx tools/build.ts apps/agent main child',
  );
  process.exit(1);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, folder, 'dist');
const { metafile } = await build({
  entryPoints: entries.map((entry) => join(root, folder, 'src', `${entry}.ts`)),
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  metafile: true,
  tsconfig: join(root, 'tsconfig.base.json'),
  logLevel: 'warning',
  plugins: [
    {
      // "packages: external" would leave the workspace's own libraries out, which Node cannot run as TypeScript.
      name: 'npm-packages-stay-outside',
      setup: (builder) =>
        builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || path.startsWith('@plumage/') ? undefined : { path, external: true },
        ),
    },
  ],
});

// Only afterwards, and only what is stale: a running agent starts its next child from this folder.
const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of await readdir(outdir)) {
  if (!written.has(name)) await rm(join(outdir, name), { recursive: true });
}
