/** What all trainers' fields are made of: ranges, presets, and the way from what was written to a full object. */
import { z } from 'zod';

/** A whole number in a range. */
export const count = (from: number, to: number) => z.int().min(from).max(to);

/** A number in a range, which may be fractional. */
export const share = (from: number, to: number) => z.number().min(from).max(to);

/** Widths, batch and schedule that belong together. The paper's two want an accelerator; the others run on one core. */
export const presetNames = ['paper', 'paper-coco', 'cpu-small', 'cpu-tiny'] as const;
export type PresetName = (typeof presetNames)[number];

/** Keys that a preset changes from the defaults, which are `cpu-small`'s. */
export type Presets<Fields> = Readonly<Record<PresetName, Readonly<Partial<Fields>>>>;

const isRecord = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** Puts the values of the preset that `input` names under those that it gives itself. */
export const withPreset =
  <Fields>(presets: Presets<Fields>) =>
  (input: unknown): unknown => {
    if (!isRecord(input)) return input;
    const chosen = presetNames.find((name) => name === input['preset']);
    return chosen === undefined ? input : { ...presets[chosen], ...input };
  };
