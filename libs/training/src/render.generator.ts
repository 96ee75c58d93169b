/**
 * The generator of a checkpoint, for drawing alone: the averaged weights and what texts were standardised by. The
 * discriminator, the live weights and the optimisers' moments are not put on the back end.
 */
import { hyperparameters } from '@plumage/contract';
import { disposeNetwork, generatorSpecs, loadNetwork } from '@plumage/model';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import type { CheckpointModel } from './checkpoint.format.ts';
import type { Drawer } from './picture.draw.ts';
import { valuesOf } from './checkpoint.tensors.ts';
import { checkTrainer } from './resume.rule.ts';
import { modelConfigOf } from './run.state.ts';
import type { TextStandard } from './text.standard.ts';

export interface RenderGenerator extends Drawer {
  readonly standard: TextStandard;
  dispose(): void;
}

/**
 * @throws CheckpointCorrupt when a tensor is missing or of another shape, or the configuration cannot be read;
 * CheckpointMismatch when the checkpoint is not a GAN's
 */
export const openGenerator = ({ state, model }: CheckpointModel): RenderGenerator => {
  checkTrainer({ state }, 'gan-cls');
  const parsed = hyperparameters.safeParse(state.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CheckpointCorrupt(
      'state.json',
      `config.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const mean = model.get('text/mean')?.data;
  if (!mean) throw new CheckpointCorrupt('text/mean', 'the tensor is missing');
  const [scale = 1] = valuesOf(model, 'text/scale', [1]);
  const config = modelConfigOf(parsed.data, mean.length);
  const average = loadNetwork(generatorSpecs(config), (name, shape) =>
    valuesOf(model, `average/${name}`, shape),
  );
  return { config, average, standard: { mean, scale }, dispose: () => disposeNetwork(average) };
};
