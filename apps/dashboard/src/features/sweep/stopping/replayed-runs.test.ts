import { expect, it } from 'vitest';
import { stoppedRuns } from './replayed-runs.ts';

it('only the runs that the rule would have stopped are listed, with what that saves', () => {
  const replay = {
    ...{ runIds: ['a', 'b'], runNumbers: [1, 2], steps: [90, 30], stepsRecorded: [90, 90] },
    ...{ stopped: [false, true], sentences: [null, 'worse than the median'] },
  };
  expect(stoppedRuns(replay)).toEqual([
    { runId: 'b', number: 2, at: 30, trained: 90, saved: 60, sentence: 'worse than the median' },
  ]);
});
