import { expect, it } from 'vitest';
import { openTextEncoder } from './text-encoder.open.ts';

// Registers no back end on purpose: this library chooses none, and says so.
it('encoding before a back end is set fails with a sentence that says so, and can be tried again', async () => {
  const encoder = await openTextEncoder({ name: 'use-lite' });
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(encoder.encode(['tomato'])).rejects.toMatchObject({
      code: 'ENCODER_FAILED',
      message: expect.stringContaining('expected one that was set beforehand'),
    });
  }
  encoder.dispose();
});
