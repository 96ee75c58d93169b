/** The dataset card: what a reader of a run's page must know of the data before believing its pictures. */
import type { DatasetSource } from './dataset.source.ts';
import type { DatasetCard, Split } from './dataset.type.ts';
import type { PackManifest } from './packed.cache.ts';

const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

const spreadOf = (counts: readonly number[]): { min: number; median: number; max: number } => {
  const sorted = [...counts].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
};

const splitNote = ({ splitBy }: DatasetSource, heldOut: boolean): string => {
  if (!heldOut) return 'No classes are held out: everything is training data.';
  const who = splitBy === 'set' ? "the set's own lists decide" : 'a hash of the class names decides';
  return `Train, validation and test have no class in common; ${who}.`;
};

/** Counts from the manifest, provenance from the source. */
export const makeCard = (source: DatasetSource, manifest: PackManifest): DatasetCard => {
  const { classes, items } = manifest;
  const inClass = new Map<number, number>();
  for (const { classId } of items) inClass.set(classId, (inClass.get(classId) ?? 0) + 1);
  const part = (split: Split) => ({
    classes: classes.filter((c) => c.split === split).length,
    images: items.filter((item) => item.split === split).length,
  });
  const heldOut = SPLITS.some((split) => split !== 'train' && part(split).images > 0);
  return {
    name: source.name,
    title: source.title,
    digest: manifest.digest,
    imageSize: manifest.imageSize,
    images: items.length,
    names: new Set(items.map((item) => item.name)).size,
    classes: classes.map((c, classId) => ({ ...c, images: inClass.get(classId) ?? 0 })),
    splits: { train: part('train'), validation: part('validation'), test: part('test') },
    captions: {
      total: items.reduce((sum, item) => sum + item.captions.length, 0),
      unique: new Set(items.flatMap((item) => item.captions)).size,
      derived: manifest.derivedCaptions,
      perItem: spreadOf(items.map((item) => item.captions.length)),
    },
    licences: source.licences,
    skipped: manifest.skipped.length,
    ...(manifest.embeddings ? { textVectors: { dimension: manifest.embeddings.dimension } } : {}),
    ...(manifest.poseParts ? { poseParts: manifest.poseParts } : {}),
    notes: [...source.notes, splitNote(source, heldOut)],
  };
};
