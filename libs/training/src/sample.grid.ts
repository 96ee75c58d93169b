/** The picture grid: fixed captions down, fixed noise seeds across, so that steps and runs can be compared by eye. */
import { type GanCls, imageSide } from '@plumage/model';
import { drawPictures, encodePng, noiseOfSeed } from './picture.draw.ts';
import type { Sample } from './trainer.contract.ts';

export interface GridPlan {
  prompts: readonly string[];
  /** [T] for each prompt. */
  texts: readonly Float32Array[];
  seeds: readonly number[];
}

/**
 * Whether a grid is due after `step`: every `every` steps, and also after a quarter and a half of the first stretch,
 * because the first pictures are what a newcomer waits for. `every` 0 is never.
 */
export const gridIsDue = (step: number, every: number): boolean =>
  every > 0 && (step % every === 0 || step === Math.ceil(every / 4) || step === Math.ceil(every / 2));

export const drawGrid = async (gan: GanCls, plan: GridPlan, step: number): Promise<Sample[]> => {
  const noises = plan.seeds.map((seed) => noiseOfSeed(seed, gan.config.noiseDim));
  const cells = plan.prompts.flatMap((prompt, promptIndex) =>
    plan.seeds.map((seed, column) => ({ prompt, promptIndex, seed, column })),
  );
  const pictures = await drawPictures(
    gan,
    cells.map(({ promptIndex }) => plan.texts[promptIndex] as Float32Array),
    cells.map(({ column }) => noises[column] as Float32Array),
  );
  return Promise.all(
    cells.map(async ({ prompt, promptIndex, seed }, index): Promise<Sample> => {
      const png = await encodePng(pictures, index);
      return {
        step,
        kind: 'train-grid',
        promptIndex,
        prompt,
        seed,
        png,
        width: imageSide,
        height: imageSide,
      };
    }),
  );
};
