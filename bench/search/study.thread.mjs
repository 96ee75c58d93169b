/** A thread's first file: threads do not inherit the hooks that let Node read TypeScript. */
import { register } from 'tsx/esm/api';

register();
await import('./study.worker.ts');
