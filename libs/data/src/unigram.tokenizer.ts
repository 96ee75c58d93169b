/**
 * SentencePiece's unigram tokenizer in the form that the Universal Sentence Encoder was converted with: the
 * segmentation with the highest sum of log-probabilities (Kudo 2018, "Subword Regularization", section 3), found by
 * Viterbi. The released universal-sentence-encoder package is the reference behaviour, its quirks included:
 * NFKC, a word boundary mark in front, unknown characters cost nothing, a run of them is one unknown token, and of
 * two equally likely segmentations the one whose last piece is shorter wins.
 */

/** [piece, log-probability], the index is the token. The first six are reserved: unknown, control, user-defined. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

const BOUNDARY = '\u2581';
const RESERVED = 6;
const UNKNOWN = 0;

export interface Tokenizer {
  /** Token indexes, left to right. Empty only for the empty text. */
  encode(text: string): number[];
}

interface Best {
  score: number;
  token: number;
  /** How many characters the token covers. */
  length: number;
}

/** @param reserved how many entries at the vocabulary's start never match text */
export const createTokenizer = (vocabulary: Vocabulary, reserved = RESERVED): Tokenizer => {
  const tokens = new Map<string, { token: number; score: number }>();
  let longest = 1;
  vocabulary.forEach(([piece, score], token) => {
    if (token < reserved) return;
    tokens.set(piece, { token, score });
    longest = Math.max(longest, [...piece].length);
  });

  /** The best way to reach each position, from the pieces that end there. */
  const search = (symbols: readonly string[]): Best[] => {
    const best: Best[] = [{ score: 0, token: UNKNOWN, length: 1 }];
    for (let end = 1; end <= symbols.length; end++) {
      let found: Best | null = null;
      for (let start = Math.max(0, end - longest); start < end; start++) {
        const piece = tokens.get(symbols.slice(start, end).join(''));
        if (piece === undefined) continue;
        const score = piece.score + (best[start] as Best).score;
        if (found === null || score >= found.score)
          found = { score, token: piece.token, length: end - start };
      }
      best.push(found ?? { score: 0, token: UNKNOWN, length: 1 });
    }
    return best;
  };

  return {
    encode(text) {
      const normalised = text.normalize('NFKC');
      if (normalised.length === 0) return [];
      const symbols = [...(BOUNDARY + normalised.replaceAll(' ', BOUNDARY))];
      const best = search(symbols);
      const reversed: number[] = [];
      for (let at = symbols.length; at > 0; ) {
        const { token, length } = best[at] as Best;
        if (!(token === UNKNOWN && reversed.at(-1) === UNKNOWN)) reversed.push(token);
        at -= length;
      }
      return reversed.reverse();
    },
  };
};
