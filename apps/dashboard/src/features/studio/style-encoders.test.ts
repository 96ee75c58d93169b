import { describe, expect, it } from 'vitest';
import { chosenEncoder, styleEncodersFor } from './style-encoders.ts';

const encoder = (id: string, run: string, step: number) => ({
  checkpoint: { id, step },
  run: { id: `run of ${id}`, name: run, sweep: { id: 'sweep', name: 'styles' } },
});
const checkpoint = (step: number, styleEncoders: ReturnType<typeof encoder>[] = [], damaged = false) => ({
  ...{ id: `at ${step}`, step, createdAt: '2026-01-01T00:00:00.000Z', styleEncoders },
  damagedAt: damaged ? '2026-01-01T00:00:00.000Z' : null,
});
const newer = encoder('b', 'gull-0002', 40);
const older = encoder('a', 'gull-0001', 30);

describe('the style encoders of a form', () => {
  it('are those of the checkpoint that is to draw: the chosen one, or the newest that can be read', () => {
    const checkpoints = [checkpoint(30, [newer], true), checkpoint(20, [newer, older]), checkpoint(10)];
    expect(styleEncodersFor(checkpoints, null)).toMatchObject({
      generator: { step: 20 },
      here: [
        { checkpointId: 'b', run: 'styles/gull-0002', step: 40 },
        { checkpointId: 'a', run: 'styles/gull-0001', step: 30 },
      ],
      elsewhere: undefined,
    });
    expect(styleEncodersFor(checkpoints, 'at 10')).toMatchObject({ here: [], elsewhere: { step: 20 } });
    expect(styleEncodersFor([checkpoint(10)], null)).toMatchObject({ here: [], elsewhere: undefined });
    expect(styleEncodersFor([], null)).toEqual({ generator: undefined, here: [], elsewhere: undefined });
  });

  it('one is taken by itself, by its id or by its name; none is a descent', () => {
    const encoders = styleEncodersFor([checkpoint(20, [newer, older])], null);
    expect(chosenEncoder(encoders, null)).toMatchObject({ checkpointId: 'b' });
    for (const text of ['a', 'styles/gull-0001', 'styles/gull-0001@30']) {
      expect(chosenEncoder(encoders, text)).toMatchObject({ checkpointId: 'a' });
    }
    expect(chosenEncoder(encoders, 'none')).toBeNull();
    expect(chosenEncoder(encoders, 'styles/gull-0001@20'), 'it was cleared away').toBeUndefined();
    expect(chosenEncoder(styleEncodersFor([checkpoint(20)], null), null)).toBeNull();
  });
});
