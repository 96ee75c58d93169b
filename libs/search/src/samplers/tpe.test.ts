import { describeSampler } from './sampler.conformance.ts';

describeSampler('tpe', { continuous: true, objectives: 4 });
