/**
 * Bundles an application: `tsx tools/build.ts apps/agent main child` writes apps/agent/dist/main.js and child.js from
 * the sources of the same names. The workspace's own libraries are bundled in; npm packages stay outside.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [folder, ...entries] = process.argv.slice(2);
if (folder === undefined || entries.length === 0) {
  console.error('Usage: tsx tools/build.ts FOLDER ENTRY..., such as: tsx tools/build.ts apps/agent main child');
  process.exit(1);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, folder, 'dist');
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: entries.map((entry) => join(root, folder, 'src', `${entry}.ts`)),
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
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
