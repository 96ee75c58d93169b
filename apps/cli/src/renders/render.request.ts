/** What is asked for on the command line as the contract's request; what is wrong with it names the options. */
import { extname } from 'node:path';
import {
  parseRenderRequest,
  type RenderKind,
  type RenderProblem,
  type RenderRequest,
} from '@plumage/contract';
import { UsageError } from '../command/command.error.ts';

const name = 'renders create';

export const renderKindWords = {
  captions: 'CAPTIONS',
  'between-captions': 'TEXT_INTERPOLATION',
  'between-seeds': 'NOISE_INTERPOLATION',
  style: 'STYLE_TRANSFER',
} as const satisfies Record<string, RenderKind>;

export interface RenderOptions {
  readonly kind: keyof typeof renderKindWords;
  readonly captions: readonly string[];
  readonly seeds: readonly number[] | null;
  readonly frames: number | null;
  readonly path: string | null;
  /** Hashes of pictures that were uploaded. */
  readonly style: readonly string[];
  readonly styleCaption: string | null;
  /** A reference, or `none`; null: the newest that was trained for the checkpoint. */
  readonly styleEncoder: string | null;
}

/** Options that go with some kinds only. */
const kindsOf = {
  seeds: { option: '--seeds', kinds: ['captions', 'between-captions', 'between-seeds'] },
  frames: { option: '--frames', kinds: ['between-captions', 'between-seeds'] },
  path: { option: '--path', kinds: ['between-captions', 'between-seeds'] },
  style: { option: '--style', kinds: ['style'] },
  styleCaption: { option: '--style-caption', kinds: ['style'] },
  styleEncoder: { option: '--style-encoder', kinds: ['style'] },
} as const satisfies Partial<
  Record<keyof RenderOptions, { option: string; kinds: readonly RenderOptions['kind'][] }>
>;

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);

/** An option that changes nothing would leave a person to wonder why. */
const checkKinds = (options: RenderOptions): void => {
  for (const [key, { option, kinds }] of Object.entries(kindsOf)) {
    const fits = (kinds as readonly string[]).includes(options.kind);
    if (fits || !isGiven(options[key as keyof typeof kindsOf])) continue;
    const message = `${option} does not go with --kind ${options.kind}; expected it with ${kinds.join(', ')}.`;
    throw new UsageError('OPTION_VALUE', name, message);
  }
};

/** @throws UsageError naming the option that is missing, too much or wrong */
export const requestFrom = (options: RenderOptions): RenderRequest => {
  checkKinds(options);
  const parsed = parseRenderRequest(fieldsOf(options));
  if (parsed.ok) return parsed.request;
  throw new UsageError('OPTION_VALUE', name, parsed.problems.map(sayProblem).join('\n'));
};

/** What was left out is left to the contract's defaults. */
const fieldsOf = (options: RenderOptions): object => {
  const { captions, seeds, frames, path, style, styleCaption, styleEncoder } = options;
  const kind = renderKindWords[options.kind];
  const along = { ...(frames === null ? {} : { frames }), ...(path === null ? {} : { path }) };
  switch (kind) {
    case 'CAPTIONS':
      return { kind, captions, ...(seeds === null ? {} : { seeds }) };
    case 'TEXT_INTERPOLATION': {
      const [from, to] = exactly(2, captions, '--caption');
      return {
        kind,
        from,
        to,
        ...(seeds === null ? {} : { seed: exactly(1, seeds, '--seeds')[0] }),
        ...along,
      };
    }
    case 'NOISE_INTERPOLATION': {
      const [fromSeed, toSeed] = exactly(2, seeds ?? [], '--seeds');
      return { kind, caption: exactly(1, captions, '--caption')[0], fromSeed, toSeed, ...along };
    }
    case 'STYLE_TRANSFER':
      return {
        ...{ kind, style, captions, captionOfStyle: styleCaption },
        style_encoder_checkpoint: styleEncoder,
      };
  }
};

const exactly = <T>(count: 1 | 2, values: readonly T[], option: string): readonly T[] => {
  if (values.length === count) return values;
  const expected = count === 1 ? 'one value' : 'two values';
  throw new UsageError('OPTION_VALUE', name, `${option}: ${values.length} given; expected ${expected}.`);
};

const optionOf: Readonly<Record<string, string>> = {
  captions: '--caption',
  from: '--caption',
  to: '--caption',
  caption: '--caption',
  seeds: '--seeds',
  seed: '--seeds',
  fromSeed: '--seeds',
  toSeed: '--seeds',
  frames: '--frames',
  path: '--path',
  style: '--style',
  captionOfStyle: '--style-caption',
  style_encoder_checkpoint: '--style-encoder',
};

/** `--seeds: cannot be -1; expected at least 0`, also of what the server says. */
export const sayProblem = ({ path, message, expected }: RenderProblem): string => {
  const field = /^\w*/.exec(path)?.[0] ?? '';
  const option = optionOf[field];
  return `${option === undefined ? '' : `${option}: `}${message}; expected ${expected}`;
};

/** @throws UsageError for a file whose name says that it is no PNG or JPEG: the server would refuse its content */
export const pictureType = (file: string): string => {
  const type = { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg' }[
    extname(file).toLowerCase()
  ];
  if (type !== undefined) return type;
  throw new UsageError('OPTION_VALUE', name, `--style is "${file}"; expected a PNG or JPEG file.`);
};

/** Seeds between commas. @throws UsageError naming the one that is none */
export const seedsFrom = (given: readonly string[] | undefined): number[] | null =>
  given?.map((text) => {
    if (/^\d{1,10}$/.test(text)) return Number(text);
    throw new UsageError('OPTION_VALUE', name, `--seeds holds "${text}"; expected whole numbers from 0 on.`);
  }) ?? null;
