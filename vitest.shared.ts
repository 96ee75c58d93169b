import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * The one vitest configuration; each project's vitest.config.ts re-exports it, so that `vitest run` in a
 * project's folder and `nx test NAME` are the same thing. graphql is pinned to one file because vitest would
 * otherwise load its CommonJS and its ESM form, which refuse each other ("another module or realm").
 */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    passWithNoTests: false,
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    pool: 'forks',
    maxWorkers: 2,
    // Two test files at once have no use for two threads each.
    env: { PLUMAGE_THREADS: '1' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
