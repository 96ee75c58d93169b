/**
 * What a person asks an agent to draw from a checkpoint, and which pictures come of it. The page that asks, the
 * server that checks and keeps, and the agent that draws read the same plan: picture number `index` has one caption
 * and one seed, so nobody has to send them along, and nobody can send others.
 */
import { z } from 'zod';
import { expectedReference, parseCheckpointReference } from './hyperparameters/checkpoint-reference.ts';
import { expectedName } from './sweep-definition/did-you-mean.ts';
import { Report, reportZodIssues, shown } from './sweep-definition/problem.ts';

export const renderKinds = [
  'CAPTIONS',
  'TEXT_INTERPOLATION',
  'NOISE_INTERPOLATION',
  'STYLE_TRANSFER',
] as const;
export type RenderKind = (typeof renderKinds)[number];

/** As many as a page shows at once and an agent draws while a person waits. */
export const MAX_RENDER_PICTURES = 256;
/** A picture whose style is taken is resized to the generator's 64 x 64; larger files say nothing more. */
export const MAX_STYLE_BYTES = 10_000_000;

const caption = z.string().trim().min(1).max(1000);
/** The range of `prompt_seeds`, so that a seed of the training's grid can be drawn again. */
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const frames = z.int().min(2).max(32).default(8);
const path = z.enum(['linear', 'spherical']);
/** In the place of a style encoder: the style is found by descent, though there may be one. */
export const NO_STYLE_ENCODER = 'none';
/** The key and the grammar are those of a checkpoint that a run is given. */
const styleEncoder = z
  .string()
  .max(500)
  .refine((text) => text === NO_STYLE_ENCODER || parseCheckpointReference(text) !== null, {
    message: `${expectedReference} of a style encoder, or ${NO_STYLE_ENCODER} for gradient descent`,
  });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in lower-case hex');

export const renderRequest = z.discriminatedUnion('kind', [
  /** A row for each caption, a column for each seed. */
  z.strictObject({
    kind: z.literal('CAPTIONS'),
    captions: z.array(caption).min(1).max(32),
    seeds: z.array(seed).min(1).max(16).default([1, 2, 3, 4]),
  }),
  /** One noise, text vectors between those of two captions (Reed et al. 2016, section 4.3: linear). */
  z.strictObject({
    kind: z.literal('TEXT_INTERPOLATION'),
    from: caption,
    to: caption,
    frames,
    seed: seed.default(1),
    path: path.default('linear'),
  }),
  /** One caption, noise between that of two seeds. Spherical keeps the noise as long as the ones trained with. */
  z.strictObject({
    kind: z.literal('NOISE_INTERPOLATION'),
    caption,
    fromSeed: seed,
    toSeed: seed,
    frames,
    path: path.default('spherical'),
  }),
  /** A row for each picture whose style is taken (its blob), a column for each caption. */
  z.strictObject({
    kind: z.literal('STYLE_TRANSFER'),
    style: z.array(sha256).min(1).max(8),
    /** What the style pictures show, where that is known. A descent asks for it; an encoder sees it. */
    captionOfStyle: caption.nullable().default(null),
    captions: z.array(caption).min(1).max(16),
    /** Null: the newest one that was trained for the checkpoint, where there is one. */
    style_encoder_checkpoint: styleEncoder.nullable().default(null),
  }),
]);

/** Checked, trimmed, with every default in place. */
export type RenderRequest = z.infer<typeof renderRequest>;

export interface RenderProblem {
  /** Where, such as `captions[2]`; '' is the request itself. */
  readonly path: string;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What would be right, in words. */
  readonly expected: string;
}

export type ParsedRenderRequest =
  | { readonly ok: true; readonly request: RenderRequest }
  | { readonly ok: false; readonly problems: readonly RenderProblem[] };

/** A request, or everything that is wrong with it at once. */
export function parseRenderRequest(input: unknown): ParsedRenderRequest {
  const kind: unknown = input !== null && typeof input === 'object' ? Reflect.get(input, 'kind') : undefined;
  const schema = renderRequest.options.find((option) => option.shape.kind.value === kind);
  if (schema === undefined) {
    const message = kind === undefined ? 'is missing' : `cannot be ${shown(kind)}`;
    return refuse({ path: 'kind', message, expected: expectedName(String(kind), renderKinds) });
  }
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const report = new Report(input, () => null);
    reportZodIssues(report, parsed.error.issues, input, () => Object.keys(schema.shape));
    return refuse(...report.problems.map(({ path, message, expected }) => ({ path, message, expected })));
  }
  const count = plannedPictures(parsed.data).length;
  if (count <= MAX_RENDER_PICTURES) return { ok: true, request: parsed.data };
  const expected = `at most ${MAX_RENDER_PICTURES} pictures: fewer captions, or fewer for each`;
  return refuse({ path: 'captions', message: `would be ${count} pictures`, expected });
}

/** A picture of a render before it is drawn. */
export interface PlannedPicture {
  /** Row after row, from 0. */
  readonly index: number;
  readonly prompt: string;
  /** Of its noise; 0 where the noise is that of a style. */
  readonly seed: number;
  /** How far between the two ends, 0 to 1; null outside an interpolation. */
  readonly at: number | null;
}

/** The pictures of a request in the order in which they are shown. */
export function plannedPictures(request: RenderRequest): PlannedPicture[] {
  return pictures(request).map((picture, index) => ({ index, ...picture }));
}

/** How many pictures stand in a row: seeds, frames or captions. */
export function renderColumns(request: RenderRequest): number {
  switch (request.kind) {
    case 'CAPTIONS':
      return request.seeds.length;
    case 'TEXT_INTERPOLATION':
    case 'NOISE_INTERPOLATION':
      return request.frames;
    case 'STYLE_TRANSFER':
      return request.captions.length;
  }
}

function pictures(request: RenderRequest): Omit<PlannedPicture, 'index'>[] {
  switch (request.kind) {
    case 'CAPTIONS':
      return request.captions.flatMap((prompt) => request.seeds.map((seed) => ({ prompt, seed, at: null })));
    case 'TEXT_INTERPOLATION': {
      const { from, to, seed } = request;
      const promptAt = (at: number) => (at === 0 ? from : at === 1 ? to : `${from} → ${to}`);
      return steps(request.frames).map((at) => ({ prompt: promptAt(at), seed, at }));
    }
    case 'NOISE_INTERPOLATION': {
      const { caption: prompt, fromSeed, toSeed } = request;
      return steps(request.frames).map((at) => ({ prompt, seed: at === 1 ? toSeed : fromSeed, at }));
    }
    case 'STYLE_TRANSFER':
      return request.style.flatMap(() => request.captions.map((prompt) => ({ prompt, seed: 0, at: null })));
  }
}

const steps = (count: number): number[] => Array.from({ length: count }, (_, i) => i / (count - 1));

const refuse = (...problems: RenderProblem[]): ParsedRenderRequest => ({ ok: false, problems });
