/** A dataset card for people: what a reader of a run's page must know of the data before believing its pictures. */
import type { Dataset, Split } from '@plumage/data';

const SPLITS: readonly Split[] = ['train', 'validation', 'test'];
const CLASSES_SHOWN = 12;
const SKIPPED_SHOWN = 10;

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

const line = (label: string, text: string): string => `${label.padEnd(12)}${text}`;

const captionLine = ({ card }: Dataset): string => {
  const { total, unique, derived, perItem } = card.captions;
  const spread = perItem.min === perItem.max ? `${perItem.min}` : `${perItem.min} to ${perItem.max}`;
  const made = derived > 0 ? `, ${derived.toLocaleString('en-US')} derived by a template` : '';
  return `${counted(total, 'caption')}, ${unique.toLocaleString('en-US')} distinct${made}; ${spread} a picture, median ${perItem.median}`;
};

const classLines = ({ card }: Dataset): string[] => {
  const shown = card.classes
    .slice(0, CLASSES_SHOWN)
    .map(({ name, split, images }) => `  ${name} (${split}, ${images})`);
  const rest = card.classes.length - shown.length;
  return rest > 0 ? [...shown, `  and ${counted(rest, 'more class', 'more classes')}`] : shown;
};

const skippedLines = ({ skipped }: Dataset): string[] => {
  const shown = skipped.slice(0, SKIPPED_SHOWN).map(({ file, reason }) => `  ${file}: ${reason}`);
  const rest = skipped.length - shown.length;
  return rest > 0 ? [...shown, `  and ${rest} more`] : shown;
};

/** Some twenty lines. */
export const cardText = (dataset: Dataset): string => {
  const { card, embeddings, poseParts } = dataset;
  const splits = SPLITS.map(
    (split) =>
      `${split} ${card.splits[split].images} in ${counted(card.splits[split].classes, 'class', 'classes')}`,
  );
  return [
    card.title,
    line('dataset', `${card.name}, digest ${card.digest}`),
    line(
      'pictures',
      `${counted(card.images, 'picture')} of ${card.imageSize}x${card.imageSize}, stored at ${dataset.recordSize}x${dataset.recordSize}`,
    ),
    line('splits', splits.join(', ')),
    line('captions', captionLine(dataset)),
    ...(embeddings
      ? [
          line(
            'vectors',
            `${embeddings.dimension} numbers a caption, came with the set; text_encoder: precomputed uses them`,
          ),
        ]
      : []),
    ...(poseParts
      ? [line('poses', `${counted(poseParts.length, 'marked part')}: ${poseParts.join(', ')}`)]
      : []),
    line('classes', counted(card.classes.length, 'class', 'classes')),
    ...classLines(dataset),
    ...card.licences.map(({ covers, licence, attribution }) =>
      line('licence', `${covers}: ${licence} (${attribution})`),
    ),
    ...(card.licences.length === 0 ? [line('licence', 'yours to know: nothing is stated')] : []),
    ...card.notes.map((note) => line('note', note)),
    line(
      'skipped',
      card.skipped === 0 ? 'nothing' : `${counted(card.skipped, 'picture')} that could not be used`,
    ),
    ...skippedLines(dataset),
  ].join('\n');
};
