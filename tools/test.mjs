/** `npm test`: see tools/test/main.ts. This first half must run before anything is installed. */
import { preflight } from './preflight.mjs';

if (process.argv.length > 2) {
  console.log('npm test: every check there is, format to browser; it takes no options.');
  console.log(
    'One project: npx nx test PROJECT. What a change touches: npx nx affected -t lint typecheck test.',
  );
  process.exit(process.argv.includes('--help') ? 0 : 2);
}

await preflight((text) => console.log(`  install    ${text}`), { tests: true });
const { register } = await import('tsx/esm/api');
register();
const { test } = await import('./test/main.ts');
await test();
