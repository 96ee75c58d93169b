/** Which pictures and captions a training reads: the same keys for every trainer that reads any. */
import { z } from 'zod';

/** Sets by where their pictures come from: built in, one's own, and the paper's in the forms that they are passed on in. */
export const datasetNames = [
  'emoji',
  'folder',
  'cub',
  'oxford-102',
  'coco',
  'icml2016',
  'hdf5',
  'stackgan',
] as const;
export type DatasetName = (typeof datasetNames)[number];

export const datasetFields = {
  dataset: z
    .enum(datasetNames)
    .default('emoji')
    .describe('What is trained on; all but emoji read dataset_path on the machine that trains.'),
  dataset_path: z
    .string()
    .min(1)
    .optional()
    .describe('The folder with pictures and captions; for hdf5 the file.'),
  dataset_images: z
    .string()
    .min(1)
    .optional()
    .describe('For icml2016: the folder of pictures, if it is not images/ in dataset_path.'),
  dataset_crop: z
    .enum(['centre', 'stretch', 'box'])
    .optional()
    .describe(
      'How pictures become squares: their middle (for folder), squeezed as in the released code (all others), or, for cub, around the bird.',
    ),
  dataset_train_on: z
    .enum(['train', 'train+validation'])
    .optional()
    .describe(
      'Whether validation classes are trained on too (paper: train+validation); without it they are not.',
    ),
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

/** What a configuration says of its dataset. */
export type DatasetSettings = Readonly<z.infer<z.ZodObject<typeof datasetFields>>>;

type Complaint = (issue: { code: 'custom'; path: string[]; message: string }) => void;

/** For `.superRefine(checkDatasetFields)`: what a set needs beside its name, and what another set only can be told. */
export const checkDatasetFields = (fields: DatasetSettings, context: { addIssue: Complaint }): void => {
  const { dataset } = fields;
  const complain = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (dataset === 'emoji' && fields.dataset_crop !== undefined) {
    complain('dataset_crop', 'dataset "emoji" is square already: expected no dataset_crop');
  }
  if (dataset !== 'emoji' && fields.dataset_path === undefined) {
    const what = dataset === 'hdf5' ? 'the file' : 'the folder';
    complain('dataset_path', `dataset "${dataset}" needs dataset_path, ${what} with pictures and captions`);
  }
  if (dataset !== 'cub' && fields.dataset_crop === 'box') {
    complain('dataset_crop', `dataset "${dataset}" has no boxes: expected centre or stretch`);
  }
  if (dataset !== 'icml2016' && fields.dataset_images !== undefined) {
    complain('dataset_images', 'only dataset "icml2016" has its pictures in another folder');
  }
};
