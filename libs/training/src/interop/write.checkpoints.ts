/**
 * Writes {released,plain} beside this file: tiny checkpoints as Plumage writes them, for tools/golden/interop.py to read.
 *   npx tsx libs/training/src/interop/write.checkpoints.ts && npx biome format --write libs/training/src/interop
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeCheckpoint, modelFiles } from '../checkpoint.format.ts';
import { train } from '../train.ts';
import { memoryStore, surroundings, tinyRun, useWasm } from '../training.fixture.ts';

const target = fileURLToPath(new URL('.', import.meta.url));

await useWasm();
for (const [name, more] of [
  ['released', { spectral_norm: true }],
  ['plain', {}],
] as const) {
  const { written, store } = memoryStore();
  const widths = { generator_width: 2, discriminator_width: 1, noise_dim: 3, projection_dim: 3 };
  const config = tinyRun({
    variant: name,
    steps: 60,
    learning_rate: 0.005,
    ema_decay: 0.9,
    ...widths,
    ...more,
  });
  await train(config, surroundings({ checkpoints: store }));
  const [checkpoint] = written;
  if (!checkpoint) throw new Error('the training wrote no checkpoint');
  const files = encodeCheckpoint(checkpoint);
  await mkdir(path.join(target, name), { recursive: true });
  for (const file of modelFiles) await writeFile(path.join(target, name, file), files[file]);
}
