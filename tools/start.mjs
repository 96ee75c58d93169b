/** `npm start`: see tools/start/main.ts. This first half must run before anything is installed. */
import { preflight } from './preflight.mjs';

const json = process.argv.includes('--json');
await preflight(
  (text) => console.log(json ? JSON.stringify({ part: 'install', text }) : `  install    ${text}`),
  { tests: false },
);
const { register } = await import('tsx/esm/api');
register();
const { start } = await import('./start/main.ts');
await start(process.argv.slice(2));
