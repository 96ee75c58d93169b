/**
 * What people call an emoji: CLDR labels and tags (emojibase), short names (emoji-data) and keywords (emojilib).
 * The three sets spell an emoji differently (with or without U+FE0F), so all are looked up without it.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { derivedCaptions, normaliseCaption, uniqueCaptions } from '../../caption.rule.ts';

const require = createRequire(import.meta.url);

interface LabelledEmoji {
  hexcode: string;
  label: string;
  tags?: string[];
}

export interface EmojiTexts {
  labels: Map<string, { label: string; tags: readonly string[] }>;
  keywords: Map<string, readonly string[]>;
}

/** `0023-FE0F-20E3` -> `0023-20E3` */
const withoutVariation = (unified: string): string =>
  unified
    .toUpperCase()
    .split('-')
    .filter((point) => point !== 'FE0F')
    .join('-');

const pointsOf = (emoji: string): string =>
  withoutVariation([...emoji].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')).join('-'));

const readJson = async (specifier: string): Promise<unknown> =>
  JSON.parse(await readFile(require.resolve(specifier), 'utf8'));

/** Reads both packages' English texts, keyed by code points without U+FE0F. */
export const readEmojiTexts = async (): Promise<EmojiTexts> => {
  const labelled = (await readJson('emojibase-data/en/data.json')) as LabelledEmoji[];
  const keywords = (await readJson('emojilib')) as Record<string, string[]>;
  return {
    labels: new Map(
      labelled.map(({ hexcode, label, tags }) => [withoutVariation(hexcode), { label, tags: tags ?? [] }]),
    ),
    keywords: new Map(Object.entries(keywords).map(([emoji, words]) => [pointsOf(emoji), words])),
  };
};

/** `man-running`, `red_apple` -> words. */
const spaced = (text: string): string => text.replace(/[_-]+/g, ' ');

const hasLetter = (text: string): boolean => /\p{L}/u.test(text);

/**
 * The captions of one emoji, the name first: CLDR label (or the Unicode name where CLDR has none), Unicode name,
 * short names, tags, keywords, then the derived sentences, whose number is returned too.
 */
export const emojiCaptions = (
  texts: EmojiTexts,
  emoji: { unified: string; name: string | null; short_names: readonly string[] },
): { name: string; captions: string[]; derived: number } => {
  const points = withoutVariation(emoji.unified);
  const labelled = texts.labels.get(points);
  const shortNames = emoji.short_names.map(spaced);
  const name = normaliseCaption(labelled?.label ?? emoji.name ?? shortNames[0] ?? points);
  const found = uniqueCaptions(
    [
      name,
      emoji.name ?? '',
      ...shortNames,
      ...(labelled?.tags ?? []),
      ...(texts.keywords.get(points) ?? []).map(spaced),
    ].filter(hasLetter),
  );
  const captions = uniqueCaptions([...found, ...derivedCaptions(name)]);
  return { name, captions, derived: captions.length - found.length };
};
