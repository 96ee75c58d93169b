/** Kinds of pictures in words; a training's own grid is what one expects, so it is not said beside a picture. */
import type { SampleKind } from '@plumage/api-client/operations';

export const sampleKindNames: Readonly<Record<SampleKind, string>> = {
  TRAIN_GRID: 'training grid',
  RENDER: 'generated',
  TEXT_INTERPOLATION: 'between captions',
  NOISE_INTERPOLATION: 'between seeds',
  STYLE_TRANSFER: 'style',
  REAL: 'real',
};

/** `, generated` after a picture's step and seed; empty for the training grid. */
export const sayKind = (kind: SampleKind): string =>
  kind === 'TRAIN_GRID' ? '' : `, ${sampleKindNames[kind]}`;
