/** `npm run agent -- --server URL --key KEY`: installs and builds what is missing, then becomes the agent. */
import { preflight, root } from './preflight.mjs';

await preflight((text) => console.error(`  install    ${text}`), { tests: false });
const { register } = await import('tsx/esm/api');
const unregister = register();
const { build } = await import('./start/build.ts');
await build(root, ['agent']);
await unregister();
await import('../apps/agent/dist/main.js');
