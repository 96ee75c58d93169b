/**
 * The classes of the released features: by the lists, if they are there, else as the released code does it, which
 * knows allclasses.txt and in trainvalids.txt the places in it (from 1) that are trained on; the others are test.
 */
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import type { Split } from '../../dataset.type.ts';
import { checkClassName, type ClassLists, linesOf, readClassLists } from '../captioned/class.lists.ts';
import { notFound, readOptionalText } from '../safe.path.ts';

const requireLines = async (file: string, expected: string): Promise<{ text: string; line: number }[]> => {
  const text = await readOptionalText(file, expected);
  if (text === null) throw notFound(file, expected);
  return linesOf(text);
};

const byIds = async (root: string): Promise<ClassLists> => {
  const classFile = path.join(root, 'allclasses.txt');
  const idFile = path.join(root, 'trainvalids.txt');
  const classes = await requireLines(classFile, 'all class names, one a line');
  const ids = await requireLines(idFile, 'the training classes, as line numbers of allclasses.txt');
  for (const { text, line } of classes) checkClassName(text, classFile, line);
  const training = new Set<number>();
  for (const { text, line } of ids) {
    const id = Number(text);
    if (!Number.isInteger(id) || id < 1 || id > classes.length) {
      throw new DatasetError(
        'DATASET_BAD_FILE',
        `${idFile}:${line}: ${JSON.stringify(text)}; expected a line number of allclasses.txt, 1 to ${classes.length}`,
        { file: idFile, line },
      );
    }
    training.add(id);
  }
  const splits = new Map<string, Split>(
    classes.map(({ text }, index) => [text, training.has(index + 1) ? 'train' : 'test']),
  );
  return { splits, stamp: JSON.stringify([...splits]) };
};

/** @throws DatasetError DATASET_NOT_FOUND, DATASET_BAD_FILE, DATASET_SPLIT_OVERLAP, DATASET_UNSAFE_PATH */
export const readIcmlClasses = async (root: string): Promise<ClassLists> => {
  const listed = await readOptionalText(path.join(root, 'testclasses.txt'), 'class names, one a line');
  return listed === null ? byIds(root) : readClassLists(root);
};
