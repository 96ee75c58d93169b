#!/usr/bin/env node
/** `plumage` from a checkout: the sources, run as they stand, so that an update needs no build. */
import { register } from 'tsx/esm/api';

register();
await import('./src/main.ts');
