import { describe, expect, it } from 'vitest';
import { sayAgent, sayLimit, sayMemory, sayPlacement, sayReading, sayShare, saySlot } from './agent-words.ts';

const told = { intent: 'RUN', quarantinedAt: null, run: null } as const;

describe('figures of a slot', () => {
  it('memory is in gigabytes, and a dash when nothing is known', () => {
    expect(sayMemory(3_277, 24_576)).toBe('3.2 / 24 GB');
    expect(sayMemory(512, null)).toBe('0.5 GB');
    expect(sayMemory(null, null)).toBe('–');
    expect(sayLimit(6_144)).toBe('limit 6.0 GB');
    expect(sayLimit(null)).toBeNull();
  });

  it('a share of 1 is the whole, and one of 0.01 a hundredth', () => {
    expect(sayShare(1)).toBe('100 %');
    expect(sayShare(0.01)).toBe('1 %');
    expect(sayShare(null)).toBe('–');
  });

  it('sensors say their unit', () => {
    expect(sayReading(61.4, '°C')).toBe('61 °C');
    expect(sayReading(null, 'W')).toBe('–');
  });
});

describe('how a slot stands', () => {
  it('says nothing while it trains and idle while it waits', () => {
    expect(saySlot({ ...told, run: {} }, { intent: 'RUN' })).toBeNull();
    expect(saySlot(told, { intent: 'RUN' })).toBe('idle');
  });

  it('follows its own intent and that of its agent', () => {
    expect(saySlot({ ...told, intent: 'PAUSE', run: {} }, { intent: 'RUN' })).toBe('pausing…');
    expect(saySlot({ ...told, intent: 'PAUSE' }, { intent: 'DRAIN' })).toBe('paused');
    expect(saySlot(told, { intent: 'DRAIN' })).toBe('drained');
  });

  it('is quarantined whatever it was told', () => {
    expect(saySlot({ ...told, quarantinedAt: '2026-01-01T00:00:00Z' }, { intent: 'PAUSE' })).toBe(
      'quarantined',
    );
  });
});

describe('how an agent stands', () => {
  const agent = {
    online: true,
    intent: 'RUN',
    stoppedAt: null,
    slots: [{ run: null }, { run: {} }],
  } as const;

  it('obeys as long as one of its slots has a run', () => {
    expect(sayAgent(agent)).toBe('online');
    expect(sayAgent({ ...agent, intent: 'DRAIN' })).toBe('draining…');
    expect(sayAgent({ ...agent, intent: 'DRAIN', slots: [{ run: null }] })).toBe('drained');
  });

  it('has ended when it said goodbye, and is lost when it did not', () => {
    expect(sayAgent({ ...agent, online: false, stoppedAt: '2026-01-01T00:00:00Z' })).toBe('ended');
    expect(sayAgent({ ...agent, online: false })).toBe('lost');
  });

  it('says each dataset once, and whether it runs programs', () => {
    const slots = [{ datasets: ['flowers', 'birds'] }, { datasets: ['birds'] }];
    expect(sayPlacement({ allowsCommand: false, slots })).toBe(
      'datasets prepared: birds, flowers · runs no programs',
    );
    expect(sayPlacement({ allowsCommand: true, slots: [] })).toBe(
      'no dataset prepared yet · runs programs that sweeps name',
    );
  });
});
