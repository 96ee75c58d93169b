/**
 * The pictures of a style encoder's run: style transfer, x_hat = G(S(x), t) (Reed et al. 2016, section 5.2), from real
 * pictures that no training saw, with the pictures themselves before it; and the ROC curves of the last evaluation
 * after it. Columns are captions, rows (the sample's `seed`, from 1) are pictures.
 */
import { imageSide, type StyleTrainer } from '@plumage/model';
import { drawPictures, encodePng } from '../picture.draw.ts';
import type { Sample } from '../trainer.contract.ts';
import { describeVerdict, drawRoc, rocSide } from './roc.picture.ts';
import type { StyleVerdict } from './style.evaluation.ts';
import type { StyleGenerator } from './style.generator.ts';
import { stylesOf } from './style.open.ts';

export interface StyleGridPlan {
  /** n of [64, 64, 3] in [-1, 1] */
  readonly pictures: readonly Float32Array[];
  readonly prompts: readonly string[];
  /** [T] for each prompt, standardised. */
  readonly texts: readonly Float32Array[];
}

/** Stands over the column of the pictures whose style is taken. */
export const styleColumn = 'the picture whose style is taken';

const sizes = { width: imageSide, height: imageSide };

export const drawStyleGrid = async (
  { encoder, config }: StyleTrainer,
  generator: StyleGenerator,
  { pictures, prompts, texts }: StyleGridPlan,
  step: number,
): Promise<Sample[]> => {
  const styles = await stylesOf(encoder, config, pictures);
  const cells = styles.flatMap((style, row) => texts.map((text, column) => ({ style, text, row, column })));
  const drawn = await drawPictures(
    generator,
    cells.map(({ text }) => text),
    cells.map(({ style }) => style),
  );
  const given = pictures.map(async (picture, row): Promise<Sample> => {
    const png = await encodePng(picture, 0);
    return { step, kind: 'real', promptIndex: 0, prompt: styleColumn, seed: row + 1, png, ...sizes };
  });
  const transferred = cells.map(async ({ row, column }, index): Promise<Sample> => {
    const png = await encodePng(drawn, index);
    const prompt = prompts[column] as string;
    return { step, kind: 'style-transfer', promptIndex: column + 1, prompt, seed: row + 1, png, ...sizes };
  });
  return Promise.all([...given, ...transferred]);
};

/** @param columns that the grid of the same step takes */
export const drawRocSamples = (
  verdicts: readonly StyleVerdict[],
  columns: number,
  step: number,
): Promise<Sample[]> =>
  Promise.all(
    verdicts.map(async (verdict, index): Promise<Sample> => {
      const prompt = describeVerdict(verdict);
      const at = { step, kind: 'style-transfer', promptIndex: columns + index, prompt, seed: 1 } as const;
      return { ...at, png: await drawRoc(verdict), width: rocSide, height: rocSide };
    }),
  );
