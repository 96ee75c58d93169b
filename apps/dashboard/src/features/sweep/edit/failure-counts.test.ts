import { expect, it } from 'vitest';
import { countFailures } from './failure-counts.ts';

it('failed runs are counted by how they failed, the most frequent first', () => {
  const run = (state: string, failureClass: string | null) => ({ state, failureClass });
  expect(
    countFailures([
      run('FAILED', 'diverged'),
      run('FAILED', 'out_of_memory'),
      run('FAILED', 'out_of_memory'),
      run('QUEUED', 'lost_agent'),
      run('FAILED', null),
    ]),
  ).toEqual([
    { failureClass: 'out_of_memory', count: 2 },
    { failureClass: 'diverged', count: 1 },
    { failureClass: null, count: 1 },
  ]);
});
