/** What birds and flowers have in common on the disk: pictures, and for each a file of ten captions in its class's folder. */
import type { SourceEntry } from '../../dataset.source.ts';
import type { Split } from '../../dataset.type.ts';
import { mapSome, locate, type Located } from '../safe.path.ts';
import { type CaptionFile, locateCaptions, readCaptionLines } from './caption.lines.ts';

/** A picture by its names. */
export interface NamedPicture {
  className: string;
  split: Split;
  /** Of the caption file, without its ending. */
  stem: string;
  /** Relative to the set's folder. */
  file: string;
}

export interface CaptionedPicture extends NamedPicture {
  picture: Located;
  captions: CaptionFile;
}

/** @throws DatasetError when a caption file is missing; a missing picture is for the reader to count */
export const locatePictures = (root: string, named: readonly NamedPicture[]): Promise<CaptionedPicture[]> =>
  mapSome(named, async (one) => ({
    ...one,
    picture: await locate(root, { file: one.file, source: root }),
    captions: await locateCaptions(root, `text_c10/${one.className}/${one.stem}.txt`, one.file),
  }));

export const stampsOf = (pictures: readonly CaptionedPicture[]): unknown[] =>
  pictures.map(({ file, picture, captions }) => [file, picture.stamp, captions.stamp]);

type Extra = Pick<SourceEntry, 'box' | 'pose'>;

/** The entries with their captions read, and the pictures that are not there. */
export const readPictures = async (
  pictures: readonly CaptionedPicture[],
  style: string,
  extraOf: (picture: CaptionedPicture) => Extra = () => ({}),
): Promise<{ entries: SourceEntry[]; skipped: { file: string; reason: string }[] }> => {
  const there = pictures.filter(({ picture }) => picture.real !== null);
  const entries = await mapSome(there, async (one): Promise<SourceEntry> => {
    const id = `${one.className}/${one.stem}`;
    return {
      id,
      name: id,
      className: one.className,
      style,
      captions: await readCaptionLines(one.captions),
      derived: 0,
      flippable: true,
      picture: { kind: 'file', path: one.picture.real ?? '' },
      file: one.file,
      split: one.split,
      ...extraOf(one),
    };
  });
  const skipped = pictures
    .filter(({ picture }) => picture.real === null)
    .map(({ file, picture }) => ({ file, reason: picture.stamp }));
  return { entries, skipped };
};
