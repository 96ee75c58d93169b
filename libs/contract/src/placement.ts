/**
 * Which slot may train which sweep. One rule for all: the server gives out runs by it and says by it why a sweep
 * waits, the agent's `doctor` and the pages explain with its words.
 */

/** What a sweep asks of a slot; null asks for nothing. */
export interface Placement {
  /** One of these must be the slot's back end. */
  readonly backend: readonly string[] | null;
  /** The device has at least so many MiB. */
  readonly memoryMb: number | null;
  /** A part of the device's name, in any case. */
  readonly device: string | null;
  /** A data set that is prepared on the box. */
  readonly dataset: string | null;
  /** The sweep names a program: only agents that were started with --allow-command run it. */
  readonly command: boolean;
}

/** What a slot offers. */
export interface SlotFacts {
  readonly backend: string;
  /** null: the agent could not tell, which fits no sweep that asks for memory. */
  readonly memoryMb: number | null;
  readonly device: string;
  readonly datasets: readonly string[];
  readonly allowsCommand: boolean;
}

export type Fit = { readonly fits: true } | { readonly fits: false; readonly why: string };

/** @returns whether the slot offers what is asked; if not, everything that is missing, in words. */
export function placementFits(requires: Placement | null, slot: SlotFacts): Fit {
  const missing = requires === null ? [] : missingFrom(requires, slot);
  return missing.length === 0 ? { fits: true } : { fits: false, why: missing.join('; ') };
}

/** One sentence part for each requirement that the slot does not meet. */
export function missingFrom(requires: Placement, slot: SlotFacts): string[] {
  const { backend, memoryMb, device, dataset, command } = requires;
  const missing: string[] = [];
  if (backend !== null && !backend.includes(slot.backend))
    missing.push(`it computes on ${slot.backend}, not on ${backend.join(' or ')}`);
  if (memoryMb !== null && (slot.memoryMb === null || slot.memoryMb < memoryMb)) {
    const has = slot.memoryMb === null ? 'does not say how much memory it has' : `has ${mb(slot.memoryMb)}`;
    missing.push(`it ${has}; ${mb(memoryMb)} are asked for`);
  }
  if (device !== null && !slot.device.toLowerCase().includes(device.toLowerCase()))
    missing.push(`its device is ${JSON.stringify(slot.device)}, not a ${JSON.stringify(device)}`);
  if (dataset !== null && !slot.datasets.includes(dataset))
    missing.push(`the data set ${JSON.stringify(dataset)} is not prepared there`);
  if (command && !slot.allowsCommand) missing.push('its agent was not started with --allow-command');
  return missing;
}

/** What is asked for, in words: "webgpu or cuda with 8,000 MB, a device named "A100"". */
export function describePlacement(requires: Placement): string {
  const { backend, memoryMb, device, dataset, command } = requires;
  const parts = [
    [backend?.join(' or '), memoryMb === null ? null : `${backend ? 'with ' : ''}${mb(memoryMb)}`]
      .filter(Boolean)
      .join(' '),
    device === null ? '' : `a device named ${JSON.stringify(device)}`,
    dataset === null ? '' : `the data set ${JSON.stringify(dataset)}`,
    command ? 'programs of a sweep (--allow-command)' : '',
  ];
  return parts.filter(Boolean).join(', ');
}

const mb = (count: number): string => `${count.toLocaleString('en-US')} MB`;
