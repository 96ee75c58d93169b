/**
 * The two spellings of a captions file, read into one list. JSON Lines: one object a line,
 * `{"file": "a.png", "caption": "...", "class": "..."}` or with `"captions": [...]`. CSV: a header with `file`,
 * `caption` and, if wanted, `class`. Several lines about one file add up.
 */
import { z } from 'zod';
import { uniqueCaptions } from '../../caption.rule.ts';
import { CsvSyntaxError, parseCsv } from '../../formats/csv.parser.ts';
import { DatasetError, reasonOf } from '../../data.error.ts';

export interface CaptionedFile {
  /** As written in the captions file, relative to the folder. */
  file: string;
  captions: string[];
  className: string | null;
  /** The first line that names it, one-based. */
  line: number;
}

interface CaptionLine {
  file: string;
  captions: readonly string[];
  className: string | null;
  line: number;
}

const text = z.string().trim().min(1);

const jsonLine = z
  .strictObject({
    file: text,
    caption: text.optional(),
    captions: z.array(text).min(1).optional(),
    class: text.optional(),
  })
  .refine((line) => (line.caption === undefined) !== (line.captions === undefined), {
    message: 'expected either "caption" or "captions"',
  });

const bad = (source: string, line: number, complaint: string, cause?: unknown): DatasetError =>
  new DatasetError('DATASET_BAD_CAPTIONS', `${source}:${line}: ${complaint}`, { file: source, line, cause });

const describeIssue = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');

const parseJsonLine = (source: string, line: number, content: string): CaptionLine => {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw bad(source, line, `not JSON (${reasonOf(cause)}); expected {"file": ..., "caption": ...}`, cause);
  }
  const parsed = jsonLine.safeParse(value);
  if (!parsed.success) throw bad(source, line, describeIssue(parsed.error), parsed.error);
  const { file, caption, captions, class: className } = parsed.data;
  return { file, captions: captions ?? [caption ?? ''], className: className ?? null, line };
};

const jsonLines = (source: string, content: string): CaptionLine[] =>
  content
    .split(/\r?\n/)
    .map((row, index) => ({ row, line: index + 1 }))
    .filter(({ row }) => row.trim().length > 0)
    .map(({ row, line }) => parseJsonLine(source, line, row));

const csvLines = (source: string, content: string): CaptionLine[] => {
  let rows: ReturnType<typeof parseCsv>;
  try {
    rows = parseCsv(content);
  } catch (cause) {
    if (cause instanceof CsvSyntaxError) throw bad(source, cause.line, cause.message, cause);
    throw cause;
  }
  const [header, ...body] = rows;
  const names = (header?.fields ?? []).map((name) => name.trim().toLowerCase());
  const [fileAt, captionAt, classAt] = [
    names.indexOf('file'),
    names.indexOf('caption'),
    names.indexOf('class'),
  ];
  if (header !== undefined && (fileAt < 0 || captionAt < 0)) {
    throw bad(
      source,
      header.line,
      `the header is ${JSON.stringify(names)}; expected file, caption and maybe class`,
    );
  }
  return body.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      throw bad(source, line, `${fields.length} fields; the header has ${names.length}`);
    }
    const [file, caption, className] = [fileAt, captionAt, classAt].map((at) => (fields[at] ?? '').trim());
    if (!file || !caption) throw bad(source, line, `${file ? 'caption' : 'file'} is empty; expected text`);
    return { file, captions: [caption], className: className || null, line };
  });
};

/**
 * The files of `content` with their captions normalised, in the order of first mention.
 * @throws DatasetError DATASET_BAD_CAPTIONS with the file and the line, also when two lines disagree on the class
 */
export const parseCaptions = (source: string, kind: 'jsonl' | 'csv', content: string): CaptionedFile[] => {
  const plain = content.replace(/^\uFEFF/, '');
  const files = new Map<string, CaptionedFile>();
  for (const { file, captions, className, line } of (kind === 'jsonl' ? jsonLines : csvLines)(
    source,
    plain,
  )) {
    const known = files.get(file) ?? { file, captions: [], className, line };
    if (known.className !== null && className !== null && known.className !== className) {
      throw bad(
        source,
        line,
        `${file} is of class ${JSON.stringify(className)} here and of ${JSON.stringify(known.className)} in line ${known.line}`,
      );
    }
    files.set(file, {
      ...known,
      className: known.className ?? className,
      captions: uniqueCaptions([...known.captions, ...captions]),
    });
  }
  return [...files.values()];
};
