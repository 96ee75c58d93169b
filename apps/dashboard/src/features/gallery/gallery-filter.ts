/** The gallery's filter as it stands in the address, so that a view can be shared and the back button works. */
import type { SampleFilterInput, SampleKind } from '@plumage/api-client/operations';
import { sampleKindNames } from '../../design/sample-kind.ts';

export interface GalleryFilter {
  readonly prompt: string;
  readonly sweepId: string | null;
  /** null: of every kind. */
  readonly kind: SampleKind | null;
  readonly minStep: number | null;
  readonly maxStep: number | null;
  readonly latestOnly: boolean;
}

const kinds = Object.keys(sampleKindNames) as SampleKind[];
const kindInAddress = (kind: SampleKind): string => kind.toLowerCase().replace('_', '-');

const stepIn = (text: string | null): number | null => {
  if (text === null || !/^\d{1,9}$/.test(text)) return null;
  return Number(text);
};

/** Reads the address; what is not a filter, or is malformed, counts as not given. */
export const readFilter = (query: URLSearchParams): GalleryFilter => ({
  prompt: query.get('prompt') ?? '',
  sweepId: query.get('sweep'),
  kind: kinds.find((kind) => kindInAddress(kind) === query.get('kind')) ?? null,
  minStep: stepIn(query.get('from')),
  maxStep: stepIn(query.get('to')),
  latestOnly: query.get('latest') === '1',
});

/** The query for an address, without a question mark; empty for the plain gallery. */
export const writeFilter = (filter: GalleryFilter): string => {
  const query = new URLSearchParams();
  if (filter.prompt.trim() !== '') query.set('prompt', filter.prompt.trim());
  if (filter.sweepId !== null) query.set('sweep', filter.sweepId);
  if (filter.kind !== null) query.set('kind', kindInAddress(filter.kind));
  if (filter.minStep !== null) query.set('from', String(filter.minStep));
  if (filter.maxStep !== null) query.set('to', String(filter.maxStep));
  if (filter.latestOnly) query.set('latest', '1');
  return query.toString();
};

/** The same filter as the graph takes it. */
export const toSampleFilter = (filter: GalleryFilter): SampleFilterInput => ({
  ...(filter.prompt.trim() === '' ? {} : { prompt: filter.prompt.trim() }),
  ...(filter.sweepId === null ? {} : { sweepId: filter.sweepId }),
  ...(filter.kind === null ? {} : { kind: filter.kind }),
  ...(filter.minStep === null ? {} : { minStep: filter.minStep }),
  ...(filter.maxStep === null ? {} : { maxStep: filter.maxStep }),
  ...(filter.latestOnly ? { latestOnly: true } : {}),
});
