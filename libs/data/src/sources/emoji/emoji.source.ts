/**
 * The embedded default: base emoji as two vendors draw them, 64x64 RGBA, out of packages that are installed anyway.
 * Skin-tone variants are left out: the same drawing and the same captions several times over would only tilt the
 * sampling. Vendors whose pictures may not be passed on (Apple, Facebook) are not offered at all.
 */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import type { DatasetSource, SourceContent, SourceEntry } from '../../dataset.source.ts';
import type { DatasetSpec, EmojiVendor, Licence, SkippedFile } from '../../dataset.type.ts';
import { emojiCaptions, readEmojiTexts } from './emoji.captions.ts';

const require = createRequire(import.meta.url);

interface EmojiRecord {
  name: string | null;
  unified: string;
  image: string;
  short_name: string;
  short_names: string[];
  category: string;
  subcategory: string;
  has_img_google: boolean;
  has_img_twitter: boolean;
}

const DEFAULT_CATEGORIES = ['Animals & Nature', 'Food & Drink'];

const VENDOR_LICENCES: Record<EmojiVendor, Licence> = {
  google: {
    covers: 'google',
    licence: 'Apache-2.0',
    attribution: 'Noto Emoji, Google (github.com/googlefonts/noto-emoji), packed by emoji-datasource-google',
  },
  twitter: {
    covers: 'twitter',
    licence: 'CC-BY-4.0',
    attribution: 'Twemoji, Twitter, Inc and other contributors, packed by emoji-datasource-twitter',
  },
};

const TEXT_LICENCES: readonly Licence[] = [
  { covers: 'names and short names', licence: 'MIT', attribution: 'emoji-data, Cal Henderson' },
  { covers: 'labels and tags', licence: 'MIT', attribution: 'emojibase-data, Miles Johnson' },
  { covers: 'keywords', licence: 'MIT', attribution: 'emojilib, Mu-An Chiou' },
];

const isVendor = (vendor: string): vendor is EmojiVendor => Object.hasOwn(VENDOR_LICENCES, vendor);

const NOT_FLIPPABLE_CATEGORIES = new Set(['Symbols', 'Flags', 'Component']);
const NOT_FLIPPABLE_SUBCATEGORIES =
  /^hand|^body-parts$|^time$|^writing$|^book-paper$|^office$|^money$|^computer$|^mail$|^game$|^place-map$/;
const NOT_FLIPPABLE_NAMES =
  /\b(left|right|arrow|sign|letter|number|flag|flags|clock|abacus|note|notes|score)\b/;

/** A mirrored arrow points elsewhere, a mirrored hand is the other hand, mirrored text is no text. */
const isFlippable = (emoji: EmojiRecord, name: string): boolean =>
  !NOT_FLIPPABLE_CATEGORIES.has(emoji.category) &&
  !NOT_FLIPPABLE_SUBCATEGORIES.test(emoji.subcategory) &&
  !NOT_FLIPPABLE_NAMES.test(name);

const packageRoot = (vendor: EmojiVendor): string => {
  try {
    return path.dirname(require.resolve(`emoji-datasource-${vendor}/package.json`));
  } catch (cause) {
    throw new DatasetError(
      'DATASET_NOT_FOUND',
      `the package emoji-datasource-${vendor} is not installed; expected it beside this program's other packages`,
      { cause },
    );
  }
};

const readRecords = async (root: string): Promise<EmojiRecord[]> =>
  JSON.parse(await readFile(path.join(root, 'emoji.json'), 'utf8')) as EmojiRecord[];

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const readVendor = async (
  vendor: EmojiVendor,
  categories: ReadonlySet<string>,
): Promise<{ entries: SourceEntry[]; skipped: SkippedFile[] }> => {
  const root = packageRoot(vendor);
  const texts = await readEmojiTexts();
  const entries: SourceEntry[] = [];
  const skipped: SkippedFile[] = [];
  for (const emoji of await readRecords(root)) {
    if (!categories.has(emoji.category) || !emoji[`has_img_${vendor}`]) continue;
    const file = path.join('img', vendor, '64', emoji.image);
    const at = path.join(root, file);
    const { name, captions, derived } = emojiCaptions(texts, emoji);
    const entry: SourceEntry = {
      id: `${vendor}/${path.parse(emoji.image).name}`,
      name,
      className: emoji.subcategory,
      style: vendor,
      captions,
      derived,
      flippable: isFlippable(emoji, name),
      picture: { kind: 'file', path: at },
      file: `emoji-datasource-${vendor}/${file}`,
    };
    if (await exists(at)) entries.push(entry);
    else skipped.push({ file: entry.file, reason: 'the package lists it but does not contain it' });
  }
  return { entries, skipped };
};

const checkCategories = async (vendor: EmojiVendor, categories: readonly string[]): Promise<void> => {
  const known = new Set((await readRecords(packageRoot(vendor))).map((emoji) => emoji.category));
  const unknown = categories.find((category) => !known.has(category));
  if (unknown !== undefined) {
    throw new DatasetError(
      'DATASET_BAD_SPEC',
      `emoji has no category ${JSON.stringify(unknown)}; expected one of: ${[...known].sort().join(', ')}`,
    );
  }
};

/** @throws DatasetError DATASET_BAD_SPEC for an unknown vendor; DATASET_NOT_FOUND when a package is missing */
export const emojiSource = async (spec: Extract<DatasetSpec, { name: 'emoji' }>): Promise<DatasetSource> => {
  const vendors = [...new Set(spec.vendors ?? (['google', 'twitter'] as const))].sort();
  const categories = [...new Set(spec.categories ?? DEFAULT_CATEGORIES)].sort();
  const imageSize = spec.imageSize ?? 64;
  for (const vendor of vendors) {
    if (!isVendor(vendor)) {
      throw new DatasetError(
        'DATASET_BAD_SPEC',
        `emoji has no vendor ${JSON.stringify(vendor)}; expected google or twitter`,
      );
    }
  }
  const versions = await Promise.all(
    [
      ...vendors.map((v) => path.join(packageRoot(v), 'package.json')),
      require.resolve('emojilib/package.json'),
      require.resolve('emojibase-data/package.json'),
    ].map(async (file) => (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version),
  );
  const identity = JSON.stringify({ vendors, categories, imageSize, versions });
  return {
    name: 'emoji',
    title: `Emoji (${categories.join(', ')})`,
    imageSize,
    recordSize: imageSize,
    fit: 'centre',
    splitBy: 'names',
    key: createHash('sha256').update(identity).digest('hex'),
    licences: [...vendors.map((vendor) => VENDOR_LICENCES[vendor]), ...TEXT_LICENCES],
    notes: [
      'Base emoji only, without skin-tone variants.',
      'Captions are names, short names, labels, tags and keywords; sentences with an article or "a picture of" are derived from the name by a template.',
      'A class is a Unicode subcategory.',
    ],
    origin: `emoji (${vendors.join(', ')}: ${categories.join(', ')})`,
    async read(): Promise<SourceContent> {
      const [first] = vendors;
      if (first !== undefined) await checkCategories(first, categories);
      const parts = await Promise.all(vendors.map((vendor) => readVendor(vendor, new Set(categories))));
      return {
        entries: parts.flatMap((part) => part.entries),
        skipped: parts.flatMap((part) => part.skipped),
      };
    },
  };
};
