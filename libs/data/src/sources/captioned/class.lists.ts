/**
 * The zero-shot split of birds and flowers: lists of class names, one a line, that come in the archive of the
 * captions (cvpr2016: trainclasses.txt, valclasses.txt, testclasses.txt, trainvalclasses.txt). Photographs have
 * splits of their own (CUB's train_test_split.txt, Oxford's setid.mat); those are by picture and not used.
 */
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import type { Split } from '../../dataset.type.ts';
import { checkName, notFound, readOptionalText } from '../safe.path.ts';

export interface ClassLists {
  /** In the order of the lists. */
  splits: ReadonlyMap<string, Split>;
  /** What the lists say, for a cache's key. */
  stamp: string;
}

interface ClassList {
  file: string;
  split: Split;
  names: { name: string; line: number }[];
}

const EXPECTED =
  'class names, one a line; the lists come in the archive of text_c10 (trainclasses.txt, valclasses.txt, testclasses.txt)';

/** The lines of a text that are not blank, trimmed. */
export const linesOf = (text: string): { text: string; line: number }[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((row, index) => ({ text: row.trim(), line: index + 1 }))
    .filter((row) => row.text.length > 0);

/** A class is a folder's name, so it may name no other place. @throws DatasetError DATASET_UNSAFE_PATH */
export const checkClassName = (name: string, source: string, line?: number): void => {
  checkName({ file: name, source, ...(line === undefined ? {} : { line }) });
  if (!/[\\/]/.test(name) && name !== '.') return;
  throw new DatasetError(
    'DATASET_UNSAFE_PATH',
    `${source}${line === undefined ? '' : `:${line}`}: ${JSON.stringify(name)} is no folder's name; expected a class such as 001.Black_footed_Albatross`,
    { file: source, ...(line === undefined ? {} : { line }) },
  );
};

const readList = async (root: string, name: string, split: Split): Promise<ClassList | null> => {
  const file = path.join(root, name);
  const text = await readOptionalText(file, EXPECTED);
  if (text === null) return null;
  const names = linesOf(text).map(({ text: className, line }) => ({ name: className, line }));
  for (const { name: className, line } of names) checkClassName(className, file, line);
  if (names.length > 0) return { file, split, names };
  throw new DatasetError('DATASET_EMPTY', `${file}: no class is listed; expected ${EXPECTED}`, { file });
};

const join = (lists: readonly ClassList[]): Map<string, Split> => {
  const splits = new Map<string, Split>();
  for (const { file, split, names } of lists) {
    for (const { name, line } of names) {
      const known = splits.get(name);
      if (known !== undefined && known !== split) {
        throw new DatasetError(
          'DATASET_SPLIT_OVERLAP',
          `${file}:${line}: the class ${JSON.stringify(name)} is in the ${known} list too; expected lists without a class in common`,
          { file, line },
        );
      }
      splits.set(name, split);
    }
  }
  return splits;
};

/**
 * The classes and their splits. Without trainclasses.txt, trainvalclasses.txt is the training list and nothing is
 * held out for validation.
 * @throws DatasetError DATASET_NOT_FOUND, DATASET_EMPTY, DATASET_SPLIT_OVERLAP, DATASET_UNSAFE_PATH
 */
export const readClassLists = async (root: string): Promise<ClassLists> => {
  const train =
    (await readList(root, 'trainclasses.txt', 'train')) ??
    (await readList(root, 'trainvalclasses.txt', 'train'));
  if (train === null) throw notFound(path.join(root, 'trainclasses.txt'), EXPECTED);
  const test = await readList(root, 'testclasses.txt', 'test');
  if (test === null) throw notFound(path.join(root, 'testclasses.txt'), EXPECTED);
  const joined = path.basename(train.file) === 'trainvalclasses.txt';
  const validation = joined ? null : await readList(root, 'valclasses.txt', 'validation');
  const splits = join([train, ...(validation ? [validation] : []), test]);
  return { splits, stamp: JSON.stringify([...splits]) };
};
