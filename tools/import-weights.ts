/**
 * Weights that PyTorch trained (tools/pytorch/export_weights.py), as a checkpoint that a run starts from:
 *   npx tsx tools/import-weights.ts --weights weights.safetensors --like runs/first/checkpoints/step-0000000001 --out runs/second/checkpoints
 *   npx tsx tools/train-local.ts --out runs/second ...
 *
 *   --weights FILE  tensors by the names of docs/checkpoints.md
 *   --like DIR      a checkpoint of a run on the same data and text encoder: all but the weights is taken from it
 *   --out DIR       where the checkpoint of step 0 goes; a folder of checkpoints of its own
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  CheckpointCorrupt,
  CheckpointMismatch,
  decodeSafetensors,
  FolderCheckpointStore,
  importWeights,
  readCheckpoint,
} from '@plumage/training';

const { values: options } = parseArgs({
  options: { weights: { type: 'string' }, like: { type: 'string' }, out: { type: 'string' } },
});

const fail = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
};

const run = async (weights: string, like: string, out: string): Promise<string> => {
  const bytes = await readFile(weights).catch((cause: unknown) => {
    throw new CheckpointCorrupt(weights, 'it is not there', { cause });
  });
  const tensors = decodeSafetensors(bytes, weights);
  const checkpoint = importWeights(await readCheckpoint(like), tensors);
  const { folder } = await new FolderCheckpointStore(out).write(checkpoint);
  return `${tensors.size} tensors of ${weights} are in ${folder}\n`;
};

const { weights, like, out } = options;
if (!weights || !like || !out) fail('--weights FILE, --like DIR and --out DIR are required');
else {
  try {
    process.stdout.write(await run(weights, like, out));
  } catch (error) {
    if (!(error instanceof CheckpointCorrupt || error instanceof CheckpointMismatch)) throw error;
    fail(error.message);
  }
}
