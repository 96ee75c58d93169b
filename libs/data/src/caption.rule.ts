/**
 * One spelling for all text: captions, tags and a user's prompts go through the same normalisation, so that
 * "A Tomato " and "a tomato" are one caption, one cache entry and one embedding.
 */

/** NFKC, lower case, white space collapsed and trimmed. May return the empty string. */
export const normaliseCaption = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Normalised, without empty ones and repetitions, in the order of first appearance. */
export const uniqueCaptions = (texts: Iterable<string>): string[] => [
  ...new Set([...texts].map(normaliseCaption).filter((text) => text.length > 0)),
];

const PLURAL = /(?<![su])s$/;

/** `a red apple`, `an owl`, `grapes`: English well enough for a template; names that end in a plain s are plural. */
const withArticle = (name: string): string => {
  const last = name.split(' ').at(-1) ?? name;
  if (PLURAL.test(last) || last === 'rice' || last === 'bread' || last === 'bacon') return name;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
};

/** Sentences around a name, for sets whose own captions are bare keywords. The card counts them as derived. */
export const derivedCaptions = (name: string): string[] => {
  const phrase = withArticle(name);
  return [phrase, `a picture of ${phrase}`, `a drawing of ${phrase}`];
};
