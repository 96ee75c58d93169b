/** Colour where a person looks, and nowhere else: not in a pipe, not on a dumb terminal, not under NO_COLOR. */

export type Tone = 'good' | 'bad' | 'busy' | 'dim' | 'strong';

export type Paint = (tone: Tone | undefined, text: string) => string;

const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  busy: [36, 39],
  dim: [2, 22],
  strong: [1, 22],
};

/** NO_COLOR counts when it is not empty (https://no-color.org). */
export const paintFor = (isTty: boolean, env: Readonly<Record<string, string | undefined>>): Paint => {
  const plain = !isTty || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return (tone, text) => {
    if (plain || tone === undefined || text === '') return text;
    const [on, off] = codes[tone];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
};
