import { describeSampler } from './sampler.conformance.ts';

describeSampler('cmaes', { continuous: true });
