/** `plumage dataset show|sheet`: installs what is missing first, as every start does. */
import { preflight } from './preflight.mjs';

await preflight((text) => console.error(`  install    ${text}`), { tests: false });
const { register } = await import('tsx/esm/api');
register();
await import('./dataset/main.ts');
