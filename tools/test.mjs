/** `npm test`: see tools/test/main.ts. This first half must run before anything is installed. */
import { preflight } from './preflight.mjs';

await preflight((text) => console.log(`  install    ${text}`), { tests: true });
const { register } = await import('tsx/esm/api');
register();
const { test } = await import('./test/main.ts');
await test();
