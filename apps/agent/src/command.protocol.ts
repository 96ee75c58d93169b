/**
 * What a program writes on its pipe: one JSON object a line. A line that is none, or says something else, is told in the
 * run's log with what was expected, and the run goes on: a slip in what is logged must not cost a day of training.
 */
import { failureClasses, type FailureClass } from '@plumage/contract';
import { z } from 'zod';

export type CommandMessage =
  | { readonly kind: 'metrics'; readonly step: number; readonly values: Readonly<Record<string, number>> }
  | {
      readonly kind: 'image';
      readonly step: number;
      readonly path: string;
      readonly prompt: string;
      readonly seed: number;
      /** Place in the grid; null: each prompt has one, in the order in which they came. */
      readonly index: number | null;
    }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly files: readonly string[] }
  | { readonly kind: 'total'; readonly steps: number }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string; readonly failureClass: FailureClass };

export type ParsedLine =
  | { readonly ok: true; readonly messages: readonly CommandMessage[] }
  | { readonly ok: false; readonly problem: string };

const largestInt = 2 ** 31 - 1;
const stepRange = z.int().min(0).max(largestInt);
const whole = (from: number) => ({ error: `a whole number from ${from} to ${largestInt}` });

/** Agents alone are lost; everything else a program may say of itself. */
const ownClasses = failureClasses.filter((name) => name !== 'lost_agent');

const measure = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)], {
  error: 'a number, "NaN", "Infinity" or "-Infinity"',
});
const metricKey = z.string().regex(/^[^\p{Cc}]{1,200}$/u);

const line = z.strictObject({
  step: z.int(whole(0)).min(0, whole(0)).max(largestInt, whole(0)).optional(),
  metrics: z.record(metricKey, measure, { error: 'a mapping of names to numbers' }).optional(),
  image: z.string({ error: 'the path of a PNG or JPEG file' }).min(1).optional(),
  prompt: z.string({ error: 'a text' }).max(2_000, 'at most 2,000 characters').optional(),
  seed: stepRange.optional(),
  index: stepRange.optional(),
  checkpoint: z
    .strictObject(
      { files: z.array(z.string().min(1), { error: 'a list of paths' }).min(1).max(64, 'at most 64 files') },
      { error: '{"files": [path, ...]}' },
    )
    .optional(),
  total_steps: z.int(whole(1)).min(1, whole(1)).max(largestInt, whole(1)).optional(),
  message: z.string({ error: 'a text' }).optional(),
  error: z.string({ error: 'a text' }).optional(),
  class: z.enum(ownClasses, { error: `one of ${ownClasses.join(', ')}` }).optional(),
});
type Line = z.output<typeof line>;

export const mostMetrics = 256;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const at = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (Object(value) === value ? Reflect.get(Object(value), key) : undefined),
    root,
  );

const describe = (issue: z.core.$ZodIssue, root: unknown): string => {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = where === '' ? Object.keys(line.shape).join(', ') : 'files';
    return `${issue.keys.map((key) => `"${key}"`).join(', ')} is not known; expected ${known}`;
  }
  if (issue.code === 'invalid_key')
    return `${where.slice(0, 80)} is no name of a metric; expected 1 to 200 printable characters`;
  return `${where === '' ? 'the line' : where} is ${shown(at(root, issue.path))}; expected ${issue.message}`;
};

/** Python's json writes NaN and Infinity as words; JSON knows them only as texts. */
const quoteBareNumbers = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(quoteBareNumbers(text));
    } catch {
      return undefined;
    }
  }
};

const problem = (text: string): ParsedLine => ({ ok: false, problem: text });

const messagesOf = (given: Line): CommandMessage[] => {
  const { step = 0, metrics, image, checkpoint } = given;
  const messages: CommandMessage[] = [];
  if (given.total_steps !== undefined) messages.push({ kind: 'total', steps: given.total_steps });
  if (metrics !== undefined) messages.push({ kind: 'metrics', step, values: metrics });
  if (image !== undefined) {
    const { prompt = '', seed = 0, index = null } = given;
    messages.push({ kind: 'image', step, path: image, prompt, seed, index });
  }
  if (checkpoint !== undefined) messages.push({ kind: 'checkpoint', step, files: checkpoint.files });
  if (given.message !== undefined) messages.push({ kind: 'message', text: given.message });
  if (given.error !== undefined)
    messages.push({ kind: 'error', text: given.error, failureClass: given.class ?? 'crashed' });
  return messages;
};

/** Never throws. An empty line says nothing. */
export const parseCommandLine = (text: string): ParsedLine => {
  if (text.trim() === '') return { ok: true, messages: [] };
  const value = readJson(text);
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value))
    return problem(
      `${shown(text)} is no JSON object; expected such as {"step": 10, "metrics": {"loss": 0.5}}`,
    );
  const parsed = line.safeParse(value);
  if (!parsed.success) {
    return problem(
      parsed.error.issues
        .slice(0, 3)
        .map((issue) => describe(issue, value))
        .join('; '),
    );
  }
  const { step, metrics, image, checkpoint } = parsed.data;
  if (step === undefined && (metrics ?? image ?? checkpoint) !== undefined)
    return problem(`step is missing; expected ${whole(0).error}`);
  // The parser leaves this one name out without a word, since it is no ordinary property.
  if ('metrics' in value && Object.hasOwn(Object(value.metrics), '__proto__'))
    return problem('metrics has the name "__proto__"; expected any other');
  const count = Object.keys(metrics ?? {}).length;
  if (count > mostMetrics) return problem(`metrics has ${count} entries; expected at most ${mostMetrics}`);
  const messages = messagesOf(parsed.data);
  return messages.length > 0
    ? { ok: true, messages }
    : problem(
        `${shown(value)} says nothing; expected metrics, image, checkpoint, total_steps, message or error`,
      );
};
