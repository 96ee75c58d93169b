import { expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';

function* busy(steps: number): Generator<undefined, string> {
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + 5;
    while (performance.now() < until);
    yield undefined;
  }
  return 'done';
}

it('lets others in between, and gives what the steps return', async () => {
  let others = 0;
  const timer = setInterval(() => {
    others++;
  }, 1);
  expect(await inTurns(busy(20))).toBe('done');
  clearInterval(timer);
  expect(others).toBeGreaterThan(2);
});

it('gives up after the time that it was given', async () => {
  expect(await inTurns(busy(1_000_000), 30)).toBeNull();
});
