import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointReference,
  parseCheckpointReference,
  printCheckpointReference,
  referencesIn,
} from './checkpoint-reference.ts';

const id = '0198d0c4-7b1e-7c3a-9f00-0123456789ab';

describe('a reference to a checkpoint', () => {
  it('is an id, a run of a sweep, or a step of one', () => {
    expect(parseCheckpointReference(id)).toEqual({ kind: 'id', checkpointId: id });
    expect(parseCheckpointReference(id.toUpperCase())).toEqual({ kind: 'id', checkpointId: id });
    expect(parseCheckpointReference('birds/gull-0042')).toEqual({
      kind: 'run',
      sweep: 'birds',
      run: 'gull-0042',
      step: null,
    });
    expect(parseCheckpointReference('birds/gull-0042@2500')).toMatchObject({ run: 'gull-0042', step: 2500 });
    expect(parseCheckpointReference(`${id}/gull-0042@0`)).toMatchObject({ sweep: id, step: 0 });
  });

  it('takes sweeps whose names have slashes, spaces and signs', () => {
    expect(parseCheckpointReference('birds / v2@home/gull-0042')).toEqual({
      kind: 'run',
      sweep: 'birds / v2@home',
      run: 'gull-0042',
      step: null,
    });
  });

  it.each([
    '',
    'gull-0042',
    '/gull-0042',
    'birds/',
    'birds/gull-0042@',
    'birds/gull-0042@newest',
    'birds/gull-0042@-1',
    'birds/gull-0042@010',
    'birds/gull-0042@1e3',
    ' birds/gull-0042',
    'birds/gull-0042\n',
    'latest',
  ])('is not %j, and says what one is', (text) => {
    expect(parseCheckpointReference(text)).toBeNull();
    const { error } = checkpointReference.safeParse(text);
    expect(error?.issues[0]?.message).toBe('sweep/run, sweep/run@step, or the id of a checkpoint');
  });

  it('prints to what parses to itself', () => {
    const reference = fc.oneof(
      fc.uuid().map((checkpointId) => ({ kind: 'id' as const, checkpointId })),
      fc.record({
        kind: fc.constant('run' as const),
        sweep: fc.string({ minLength: 1, maxLength: 200 }).filter((name) => name === name.trim()),
        run: fc.stringMatching(/^[a-z]{1,9}-\d{4,6}$/),
        step: fc.option(fc.nat(999_999_999)),
      }),
    );
    fc.assert(
      fc.property(reference, (each) => {
        expect(parseCheckpointReference(printCheckpointReference(each))).toEqual(each);
      }),
    );
  });

  it('is found in a configuration by its key', () => {
    expect(referencesIn({ seed: 1, text_encoder_checkpoint: 'a/b', prompts: ['a/b'] })).toEqual([
      { key: 'text_encoder_checkpoint', text: 'a/b' },
    ]);
  });
});
