import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.ts';

/**
 * The parts as a user runs them: built processes and a real Postgres. One file at a time, since each of them trains;
 * browser tests have a runner of their own.
 */
export default mergeConfig(shared, {
  test: {
    include: ['{agent,cli,replicas,start}/**/*.e2e.test.ts'],
    globalSetup: [fileURLToPath(new URL('../tools/testing/postgres.global.ts', import.meta.url))],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
