/** The grammar of `requires`: what a slot must offer to get a run of the sweep. The rule itself is placement.ts. */
import { z } from 'zod';
import type { Placement } from '../placement.ts';

const name = z.string().min(1).max(200);

export const requiresSchema = z
  .strictObject({
    backend: z
      .union([name, z.array(name).min(1).max(20)], { error: 'the name of a back end, or a list of names' })
      .optional()
      .describe('The slot computes on this back end, or on one of these.'),
    memory_mb: z.int().min(1).optional().describe('The device has at least so many MiB.'),
    device: name.optional().describe("A part of the device's name, in any case."),
    dataset: name.optional().describe('A data set that is prepared on the box.'),
  })
  .describe('What a slot must offer to get a run of this sweep.');
export type RawRequires = z.output<typeof requiresSchema>;

/** The requirement in its full form; null when nothing is required. */
export const compileRequires = (raw: RawRequires | null, command: boolean): Placement | null => {
  const { backend, memory_mb: memoryMb, device, dataset } = raw ?? {};
  const backends = backend === undefined ? null : [...new Set([backend].flat())];
  const requires = {
    backend: backends,
    memoryMb: memoryMb ?? null,
    device: device ?? null,
    dataset: dataset ?? null,
    command,
  };
  return command || Object.values(requires).some((asked) => asked !== null && asked !== false)
    ? requires
    : null;
};

/** The way back: what a user would write; null when only the trainer asks for something. */
export const rawRequires = (requires: Placement | null): RawRequires | null => {
  const { backend = null, memoryMb = null, device = null, dataset = null } = requires ?? {};
  const raw: RawRequires = {
    ...(backend === null ? {} : { backend: backend.length === 1 ? backend[0] : [...backend] }),
    ...(memoryMb === null ? {} : { memory_mb: memoryMb }),
    ...(device === null ? {} : { device }),
    ...(dataset === null ? {} : { dataset }),
  };
  return Object.keys(raw).length === 0 ? null : raw;
};
