import { describe, expect, it } from 'vitest';
import { describePlacement, type Placement, placementFits, type SlotFacts } from './placement.ts';

const nothing: Placement = { backend: null, memoryMb: null, device: null, dataset: null, command: false };
const slot: SlotFacts = {
  backend: 'webgpu',
  memoryMb: 8_000,
  device: 'NVIDIA A100-SXM4-40GB',
  datasets: ['cub'],
  allowsCommand: true,
};

describe('placementFits', () => {
  const rows: [string, Partial<Placement>, Partial<SlotFacts>, boolean][] = [
    ['nothing asked fits any slot', {}, { memoryMb: null, datasets: [], allowsCommand: false }, true],
    ['one of the back ends is enough', { backend: ['tfjs-node-gpu', 'webgpu'] }, {}, true],
    ['another back end does not do', { backend: ['wasm'] }, {}, false],
    ['exactly the memory that is asked for is enough', { memoryMb: 8_000 }, {}, true],
    ['less memory is not', { memoryMb: 8_001 }, {}, false],
    ['a slot that does not know its memory is none with so much', { memoryMb: 1 }, { memoryMb: null }, false],
    ['a part of the device’s name in any case will do', { device: 'a100' }, {}, true],
    ['another device will not', { device: 'H100' }, {}, false],
    ['the data set is prepared there', { dataset: 'cub' }, {}, true],
    ['the data set is not prepared there', { dataset: 'emoji' }, {}, false],
    ['a program of the sweep is allowed', { command: true }, {}, true],
    ['a program of the sweep is not allowed', { command: true }, { allowsCommand: false }, false],
  ];
  for (const [name, requires, facts, fits] of rows) {
    it(name, () => {
      expect(placementFits({ ...nothing, ...requires }, { ...slot, ...facts }).fits).toBe(fits);
    });
  }

  it('no requirement at all fits', () => expect(placementFits(null, slot)).toEqual({ fits: true }));

  it('says everything that is missing, not only the first', () => {
    const requires = { backend: ['wasm'], memoryMb: 80_000, device: 'H100', dataset: 'emoji', command: true };
    expect(placementFits(requires, { ...slot, allowsCommand: false })).toEqual({
      fits: false,
      why: [
        'it computes on webgpu, not on wasm',
        'it has 8,000 MB; 80,000 MB are asked for',
        'its device is "NVIDIA A100-SXM4-40GB", not a "H100"',
        'the data set "emoji" is not prepared there',
        'its agent was not started with --allow-command',
      ].join('; '),
    });
  });
});

describe('describePlacement', () => {
  it('says what is asked for in words', () => {
    expect(describePlacement({ ...nothing, backend: ['webgpu', 'cuda'], memoryMb: 8_000 })).toBe(
      'webgpu or cuda with 8,000 MB',
    );
    expect(
      describePlacement({ ...nothing, memoryMb: 500, device: 'A100', dataset: 'cub', command: true }),
    ).toBe('500 MB, a device named "A100", the data set "cub", programs of a sweep (--allow-command)');
  });
});
