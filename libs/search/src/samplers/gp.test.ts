import { describeSampler } from './sampler.conformance.ts';

describeSampler('gp', { continuous: true });
