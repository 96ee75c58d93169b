/** What stands in the Studio's form, as it stands in the address: a view can be shared, and the back button works. */
import { type ParsedRenderRequest, parseRenderRequest, type RenderKind } from '@plumage/contract';

export interface StudioDraft {
  readonly runId: string | null;
  /** null: the newest. */
  readonly checkpointId: string | null;
  readonly kind: RenderKind;
  /** One a line. */
  readonly captions: string;
  /** As typed: numbers with commas or spaces between them. */
  readonly seeds: string;
  readonly from: string;
  readonly to: string;
  readonly caption: string;
  readonly seed: number;
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly frames: number;
  /** null: what is usual for the kind. */
  readonly path: 'linear' | 'spherical' | null;
  /** Hashes of the pictures whose style is taken. */
  readonly style: readonly string[];
  readonly captionOfStyle: string;
  /** What finds the style: a style encoder's checkpoint, or `none` for descent; null: the newest, if there is one. */
  readonly styleEncoder: string | null;
}

export const emptyDraft: StudioDraft = {
  runId: null,
  checkpointId: null,
  kind: 'CAPTIONS',
  captions: '',
  seeds: '1, 2, 3, 4',
  from: '',
  to: '',
  caption: '',
  seed: 1,
  fromSeed: 1,
  toSeed: 2,
  frames: 8,
  path: null,
  style: [],
  captionOfStyle: '',
  styleEncoder: null,
};

/** Short names in the address. */
const kindNames: Readonly<Record<RenderKind, string>> = {
  CAPTIONS: 'captions',
  TEXT_INTERPOLATION: 'between-captions',
  NOISE_INTERPOLATION: 'between-seeds',
  STYLE_TRANSFER: 'style',
};

const texts = ['seeds', 'from', 'to', 'caption', 'captionOfStyle'] as const;
const numbers = ['seed', 'fromSeed', 'toSeed', 'frames'] as const;

const numberIn = (text: string | null): number | undefined =>
  text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** Reads the address; what is malformed counts as not given. */
export const readDraft = (query: URLSearchParams): StudioDraft => {
  const kinds = Object.entries(kindNames) as [RenderKind, string][];
  const path = query.get('path');
  const given: Partial<Record<keyof StudioDraft, unknown>> = {
    runId: query.get('run') ?? undefined,
    checkpointId: query.get('checkpoint') ?? undefined,
    kind: kinds.find(([, name]) => name === query.get('kind'))?.[0],
    captions: query.has('captions') ? query.getAll('captions').join('\n') : undefined,
    path: path === 'linear' || path === 'spherical' ? path : undefined,
    style: query.getAll('style').filter((sha) => /^[0-9a-f]{64}$/.test(sha)),
    styleEncoder: query.get('encoder') ?? undefined,
  };
  for (const name of texts) given[name] = query.get(name) ?? undefined;
  for (const name of numbers) given[name] = numberIn(query.get(name));
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...emptyDraft, ...Object.fromEntries(known) };
};

/** The query for an address, without a question mark: what differs from an empty form. */
export const writeDraft = (draft: StudioDraft): string => {
  const query = new URLSearchParams();
  if (draft.runId !== null) query.set('run', draft.runId);
  if (draft.checkpointId !== null) query.set('checkpoint', draft.checkpointId);
  if (draft.kind !== emptyDraft.kind) query.set('kind', kindNames[draft.kind]);
  for (const caption of linesOf(draft.captions)) query.append('captions', caption);
  for (const name of [...texts, ...numbers]) {
    if (draft[name] !== emptyDraft[name]) query.set(name, String(draft[name]));
  }
  if (draft.path !== null) query.set('path', draft.path);
  for (const sha of draft.style) query.append('style', sha);
  if (draft.styleEncoder !== null) query.set('encoder', draft.styleEncoder);
  return query.toString();
};

/** Captions: one a line, blank lines left out. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The request as the contract has it; its problems name the fields of the form. */
export const requestOf = (draft: StudioDraft): ParsedRenderRequest => parseRenderRequest(fieldsOf(draft));

const fieldsOf = (draft: StudioDraft): object => {
  const { kind, from, to, seed, caption, fromSeed, toSeed, frames, style } = draft;
  const along = draft.path === null ? {} : { path: draft.path };
  const captions = linesOf(draft.captions);
  switch (kind) {
    case 'CAPTIONS':
      return {
        kind,
        captions,
        seeds: draft.seeds
          .split(/[\s,;]+/)
          .filter(Boolean)
          .map(seedIn),
      };
    case 'TEXT_INTERPOLATION':
      return { kind, from, to, seed, frames, ...along };
    case 'NOISE_INTERPOLATION':
      return { kind, caption, fromSeed, toSeed, frames, ...along };
    case 'STYLE_TRANSFER':
      return {
        ...{ kind, style, captions, captionOfStyle: draft.captionOfStyle.trim() || null },
        style_encoder_checkpoint: draft.styleEncoder,
      };
  }
};

/** What is no number stays as it was typed, so that the problem can name it. */
const seedIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** The way that is usual for the kind: the contract's default. */
export const usualPath = (kind: RenderKind): 'linear' | 'spherical' =>
  kind === 'NOISE_INTERPOLATION' ? 'spherical' : 'linear';

/** So many seeds that nobody has thought of, different from each other. */
export const newSeeds = (count: number, random: () => number): number[] => {
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(Math.floor(random() * 100_000));
  return [...seeds];
};
