/**
 * COCO's released features: .t7 files beside each other in one folder, without classes (icml2016
 * data/donkey_folder_coco.lua takes every file of its folder). A picture is a class of its own, as in coco.source.ts.
 */
import { readdir } from 'node:fs/promises';
import type { Split } from '../../dataset.type.ts';

const LISTS = ['allclasses.txt', 'testclasses.txt'];

export const isFeatureFile = (name: string): boolean => name.endsWith('.t7');

/** Feature files in the folder itself, and no list of classes. */
export const isFlat = async (root: string): Promise<boolean> => {
  const names = await readdir(root).catch((): string[] => []);
  return names.some(isFeatureFile) && !LISTS.some((list) => names.includes(list));
};

/** COCO's own parts, by the picture's name: `val2014/COCO_val2014_000000000042.jpg`. */
export const splitOfPicture = (img: string): Split =>
  /(^|[/_])val\d{4}[/_]/.test(img) ? 'validation' : 'train';
