/**
 * Builds the API: one file a process with npm packages left outside, and the explorer's page whole. Run by
 * `nx build api`. Nothing is removed first: an API that starts in the middle of a build still finds its program.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await Promise.all([buildServer(), buildExplorer()]);

function buildServer() {
  return build({
    entryPoints: { main: here('src/main.ts'), bootstrap: here('src/bootstrap.ts') },
    outdir: here('dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    alias: {
      '@plumage/contract': here('../../libs/contract/src/index.ts'),
      '@plumage/search': here('../../libs/search/src/index.ts'),
    },
    tsconfig: here('tsconfig.json'),
    sourcemap: true,
    logLevel: 'warning',
  });
}

function buildExplorer() {
  return build({
    entryPoints: { explorer: here('explorer/explorer.ts') },
    outdir: here('dist/explorer'),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
    logLevel: 'warning',
  });
}
