/** text_c10: a text file for each picture, ten lines, a caption each (Reed et al. 2016, cvpr2016 and icml2016). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { uniqueCaptions } from '../../caption.rule.ts';
import { DatasetError } from '../../data.error.ts';
import { linesOf } from './class.lists.ts';
import { locate, notFound } from '../safe.path.ts';

const LINES = 10;

export interface CaptionFile {
  /** Absolute, links resolved. */
  real: string;
  /** As a person finds it. */
  shown: string;
  stamp: string;
}

/** @param file relative to `root`. @throws DatasetError DATASET_NOT_FOUND, DATASET_UNSAFE_PATH */
export const locateCaptions = async (root: string, file: string, picture: string): Promise<CaptionFile> => {
  const shown = path.join(root, file);
  const { real, stamp } = await locate(root, { file, source: shown });
  if (real === null) throw notFound(shown, `the ${LINES} captions of ${picture}, one a line`);
  return { real, shown, stamp };
};

/** The lines that are not blank. The files hold a few bytes that are no UTF-8; those become spaces. */
export const readRawLines = async ({ real }: CaptionFile): Promise<string[]> =>
  linesOf((await readFile(real, 'utf8')).replaceAll('\uFFFD', ' ')).map((line) => line.text);

/**
 * The captions, normalised, without repetitions.
 * @throws DatasetError DATASET_BAD_CAPTIONS for another number of lines than ten
 */
export const readCaptionLines = async (file: CaptionFile): Promise<string[]> => {
  const lines = await readRawLines(file);
  const { shown } = file;
  if (lines.length !== LINES) {
    throw new DatasetError(
      'DATASET_BAD_CAPTIONS',
      `${shown}: ${lines.length} ${lines.length === 1 ? 'caption' : 'captions'}; expected ${LINES}, one a line`,
      { file: shown },
    );
  }
  return uniqueCaptions(lines);
};
