import { describe, expect, it } from 'vitest';
import { createOccupancy } from './render.occupancy.ts';

const gate = () => {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};

describe('the occupancy of slots', () => {
  it('is told once all are at work, and when one no longer is', async () => {
    const occupancy = createOccupancy(2);
    const [first, second] = [gate(), gate()];
    const works = [occupancy.during(() => first.passed)];
    let told: AbortSignal | undefined;
    const busy = occupancy.allBusy(new AbortController().signal).then((idle) => {
      told = idle;
    });
    await Promise.resolve();
    expect(told).toBeUndefined();
    works.push(occupancy.during(() => second.passed));
    await busy;
    expect(told?.aborted).toBe(false);
    expect((await occupancy.allBusy(new AbortController().signal)).aborted).toBe(false);
    first.open();
    await works[0];
    expect(told?.aborted).toBe(true);
    second.open();
    await works[1];
  });

  it('is freed by work that fails, and waited for no longer than wanted', async () => {
    const occupancy = createOccupancy(1);
    await expect(occupancy.during(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const enough = new AbortController();
    const busy = occupancy.allBusy(enough.signal);
    enough.abort(new Error('enough'));
    await expect(busy).rejects.toThrow('enough');
  });
});
