import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default mergeConfig(shared, {
  test: {
    globalSetup: [path('../../tools/testing/postgres.global.ts')],
    setupFiles: [path('./src/testing/reflect.ts')],
  },
});
