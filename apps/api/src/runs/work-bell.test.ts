import type { Placement, SlotFacts } from '@plumage/contract';
import { expect, it } from 'vitest';
import { type Asker, type SweepWork, WorkBell, type WorkBellOptions } from './work-bell.ts';

const anything: Placement = { backend: null, memoryMb: null, device: null, dataset: null, command: false };
const slot: SlotFacts = { backend: 'wasm', memoryMb: 500, device: 'cpu', datasets: [], allowsCommand: false };
const asker = (more: Partial<Asker> = {}): Asker => ({
  ...{ agentId: 'agent', sweepId: null, accepts: ['TRAINING'], slot, since: performance.now() },
  ...more,
});
const LONG_MS = 30_000;

/** A bell over work that the test sets; it asks by itself only once a minute. */
function bellOver(work: SweepWork[], more: Partial<WorkBellOptions> = {}) {
  const bell = new WorkBell({
    sweepsWithWork: async () => work,
    sweepsWithRenders: async () => [],
    onError: (error) => {
      throw error;
    },
    intervalMs: 60_000,
    ...more,
  });
  const woken: string[] = [];
  const wait = (given: Asker) =>
    bell.wait(given, LONG_MS).then(() => {
      woken.push(given.agentId);
    });
  return { bell, woken, wait };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('one query a beat serves any number that wait', async () => {
  let asked = 0;
  const sweepsWithWork = async () => {
    asked += 1;
    return [];
  };
  const { bell } = bellOver([], { intervalMs: 50, sweepsWithWork });
  await Promise.all(Array.from({ length: 1_000 }, () => bell.wait(asker(), 300)));
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(12);
});

it('of a thousand only those that fit are woken, and of those only a few', async () => {
  const work = [{ id: 's', requires: { ...anything, memoryMb: 8_000 } }];
  const { bell, woken, wait } = bellOver(work);
  for (let i = 0; i < 1_000; i++) {
    const memoryMb = i % 100 === 99 ? 16_000 : 500;
    void wait(asker({ agentId: `${i}`, slot: { ...slot, memoryMb } }));
  }
  bell.ring();
  await settle();
  expect(woken).toEqual(['99', '199', '299', '399']);
  bell.passOn(work[0] as SweepWork);
  await settle();
  expect(woken.slice(4)).toEqual(['499', '599']);
  expect(bell.waiting).toBe(994);
});

it('each sweep that has work wakes its own: one that everybody fits does not hide one that few do', async () => {
  const { bell, woken, wait } = bellOver([
    { id: 'any', requires: null },
    { id: 'programs', requires: { ...anything, command: true } },
  ]);
  for (let i = 0; i < 50; i++) void wait(asker({ agentId: `${i}` }));
  void wait(asker({ agentId: 'trusting', slot: { ...slot, allowsCommand: true } }));
  bell.ring();
  await settle();
  expect(woken).toEqual(['0', '1', '2', '3', 'trusting']);
});

it('nobody is woken for work that fits nobody', async () => {
  const { bell, woken, wait } = bellOver([{ id: 's', requires: { ...anything, backend: ['webgpu'] } }]);
  void wait(asker());
  bell.ring();
  await settle();
  expect(woken).toEqual([]);
});

it('what was decided about an agent wakes all its slots and nobody else', async () => {
  const { bell, woken, wait } = bellOver([]);
  for (const agentId of ['a', 'b', 'a']) void wait(asker({ agentId }));
  bell.tell('a');
  await settle();
  expect(woken).toEqual(['a', 'a']);
});

it('the end of a sweep wakes those that serve it alone', async () => {
  const { bell, woken, wait } = bellOver([]);
  void wait(asker({ agentId: 'a', sweepId: 's' }));
  void wait(asker({ agentId: 'b' }));
  bell.tell('s');
  await settle();
  expect(woken).toEqual(['a']);
});

it('what was decided between the look and the wait is not slept through', async () => {
  const { bell } = bellOver([]);
  const since = performance.now();
  bell.tell('a');
  await bell.wait(asker({ agentId: 'a', since }), LONG_MS);
  const gone = new AbortController();
  const later = bell.wait(asker({ agentId: 'a', since: performance.now() + 1 }), LONG_MS, gone.signal);
  expect(bell.waiting).toBe(1);
  gone.abort();
  await later;
  expect(bell.waiting).toBe(0);
});
