/** Which pictures and captions a training reads: the same keys for every trainer that reads any. */
import { z } from 'zod';

export const datasetFields = {
  dataset: z.enum(['emoji', 'folder']).default('emoji').describe('What is trained on.'),
  dataset_path: z.string().min(1).optional().describe('The folder with pictures and captions, for `folder`.'),
  dataset_categories: z
    .array(z.string().min(1))
    .max(32)
    .optional()
    .describe("Emoji categories; without them 'Animals & Nature' and 'Food & Drink'."),
  dataset_vendors: z
    .array(z.enum(['google', 'twitter']))
    .min(1)
    .max(2)
    .optional()
    .describe('Whose drawings of the emoji; without them both.'),
};

type DatasetFields = z.infer<z.ZodObject<typeof datasetFields>>;

/** For `.refine(hasItsPath, folderNeedsPath)`: a folder of one's own must be named. */
export const hasItsPath = ({
  dataset,
  dataset_path: path,
}: Pick<DatasetFields, 'dataset' | 'dataset_path'>): boolean => dataset !== 'folder' || path !== undefined;

export const folderNeedsPath = {
  path: ['dataset_path'],
  message: 'dataset "folder" needs dataset_path, the folder with pictures and captions',
};
