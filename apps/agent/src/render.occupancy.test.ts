import { describe, expect, it } from 'vitest';
import { createOccupancy } from './render.occupancy.ts';

const gate = () => {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};
const ever = (): AbortSignal => new AbortController().signal;

describe('the render lane', () => {
  it('is needed once every slot is at work, and is told when one no longer is', async () => {
    const occupancy = createOccupancy([0, 1]);
    const [first, second] = [gate(), gate()];
    const works = [occupancy.during(0, () => first.passed)];
    let told: Awaited<ReturnType<typeof occupancy.needed>> | undefined;
    const needed = occupancy.needed(ever()).then((now) => {
      told = now;
    });
    await new Promise((done) => setImmediate(done));
    expect(told).toBeUndefined();
    works.push(occupancy.during(1, () => second.passed));
    await needed;
    expect(told?.slots).toEqual([0, 1]);
    expect(told?.changed.aborted).toBe(false);
    first.open();
    await works[0];
    expect(told?.changed.aborted).toBe(true);
    second.open();
    await works[1];
  });

  it('stands in for slots that would be refused, in the name of those at work', async () => {
    const occupancy = createOccupancy([0, 1, 2]);
    const training = gate();
    const work = occupancy.during(1, () => training.passed);
    occupancy.stand(0, 'aside');
    occupancy.stand(2, 'aside');
    const { slots, changed } = await occupancy.needed(ever());
    expect(slots).toEqual([1]);
    occupancy.stand(2, 'asking');
    expect(changed.aborted).toBe(true);
    training.open();
    await work;
  });

  it('is not needed where nobody works: those who stand aside were told to', async () => {
    const occupancy = createOccupancy([0]);
    occupancy.stand(0, 'aside');
    const enough = new AbortController();
    const needed = occupancy.needed(enough.signal);
    enough.abort(new Error('enough'));
    await expect(needed).rejects.toThrow('enough');
  });

  it('is not needed for work that failed', async () => {
    const occupancy = createOccupancy([0]);
    await expect(occupancy.during(0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const enough = new AbortController();
    const needed = occupancy.needed(enough.signal);
    enough.abort(new Error('enough'));
    await expect(needed).rejects.toThrow('enough');
  });
});
