/**
 * `plumage dataset show|sheet NAME [PATH]`: reads a dataset as a run would, here and now, so that what is wrong with it
 * is known before a sweep is. What is read stays in the cache and is found there by the next run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { datasetNames, type Hyperparameters, hyperparameters } from '@plumage/contract';
import { DatasetError, type Dataset, openDataset, sampleSheet } from '@plumage/data';
import { datasetSpecOf } from '@plumage/training';
import { cardText } from './dataset.view.ts';

export interface Surroundings {
  /** Folder that relative paths are meant from. */
  cwd: string;
  out(text: string): void;
  err(text: string): void;
}

export const usage = `plumage dataset show NAME [PATH]    counts, captions, licences, digest, what was skipped
plumage dataset sheet NAME [PATH] --out FILE.png    a contact sheet of its pictures

NAME is one of ${datasetNames.join(', ')}; all but emoji need PATH.

  --crop centre|stretch|box     as dataset_crop
  --images DIR                  as dataset_images, for icml2016
  --train-on train|train+validation
  --categories A,B  --vendors google,twitter    for emoji
  --bad-share N     the share of pictures that may be unusable (default 0.01)
  --cache DIR       where packs are kept (default .plumage/cache)
  --count N         pictures on the sheet (default 96)
  --json            the card as JSON`;

class WrongCall extends Error {}

const flags = {
  crop: { type: 'string' },
  images: { type: 'string' },
  'train-on': { type: 'string' },
  categories: { type: 'string' },
  vendors: { type: 'string' },
  'bad-share': { type: 'string' },
  cache: { type: 'string', default: path.join('.plumage', 'cache') },
  count: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const readCall = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    throw new WrongCall((error as Error).message);
  }
};

type Values = ReturnType<typeof readCall>['values'];

const numberOf = (flag: string, text: string | undefined, most: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new WrongCall(`--${flag} is ${JSON.stringify(text)}; expected a number from 0 to ${most}`);
};

const list = (text: string | undefined): string[] | undefined => text?.split(',').map((part) => part.trim());

/** The configuration that a run would have. @throws WrongCall in the words of the hyperparameters */
const configOf = (name: string, place: string | undefined, values: Values, cwd: string): Hyperparameters => {
  const given = {
    dataset: name,
    dataset_path: place === undefined ? undefined : path.resolve(cwd, place),
    dataset_images: values.images === undefined ? undefined : path.resolve(cwd, values.images),
    dataset_crop: values.crop,
    dataset_train_on: values['train-on'],
    dataset_categories: list(values.categories),
    dataset_vendors: list(values.vendors),
  };
  const parsed = hyperparameters.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (parsed.success) return parsed.data;
  throw new WrongCall(
    parsed.error.issues.map(({ path: key, message }) => `${key.join('.')}: ${message}`).join('\n'),
  );
};

const openIt = (config: Hyperparameters, values: Values, { cwd, err }: Surroundings): Promise<Dataset> => {
  let told = 0;
  return openDataset(datasetSpecOf(config), {
    cacheDir: path.resolve(cwd, values.cache),
    badImageLimit: numberOf('bad-share', values['bad-share'], 1),
    onProgress({ done, total }) {
      if (done < total && done - told < 1000) return;
      told = done;
      err(`${done} of ${total} pictures decoded`);
    },
  });
};

const writeSheet = async (dataset: Dataset, values: Values, { cwd, out }: Surroundings): Promise<void> => {
  if (values.out === undefined) throw new WrongCall('sheet needs --out FILE.png');
  const file = path.resolve(cwd, values.out);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await sampleSheet(dataset, { count: numberOf('count', values.count, 10_000) }));
  out(
    `${file}: ${Math.min(Number(values.count ?? 96), dataset.items.length)} of ${dataset.items.length} pictures`,
  );
};

const runCall = async (args: readonly string[], world: Surroundings): Promise<number> => {
  const { values, positionals } = readCall(args);
  const [verb, name, place, ...rest] = positionals;
  if (values.help || verb === undefined) {
    world.out(usage);
    return 0;
  }
  if ((verb !== 'show' && verb !== 'sheet') || name === undefined || rest.length > 0) {
    throw new WrongCall(`dataset ${positionals.join(' ')}: expected show or sheet, a NAME and its PATH`);
  }
  if (verb === 'sheet' && values.out === undefined) throw new WrongCall('sheet needs --out FILE.png');
  const dataset = await openIt(configOf(name, place, values, world.cwd), values, world);
  if (verb === 'sheet') await writeSheet(dataset, values, world);
  else world.out(values.json ? JSON.stringify(dataset.card, null, 2) : cardText(dataset));
  return 0;
};

/** @returns 0 done, 1 the dataset cannot be used, 2 called wrongly; what is wrong is said on stderr */
export const runDatasetCommand = async (args: readonly string[], world: Surroundings): Promise<number> => {
  try {
    return await runCall(args, world);
  } catch (error) {
    if (error instanceof WrongCall) {
      world.err(`plumage: ${error.message}\n\`plumage dataset --help\` lists what there is.`);
      return 2;
    }
    if (!(error instanceof DatasetError)) throw error;
    world.err(`plumage: ${error.message} (${error.code})`);
    return 1;
  }
};
