/** Configurations for `sweep enqueue`: a list of mappings, in YAML or JSON, from a file or from stdin. */
import { parse } from 'yaml';
import { CommandError } from '../command/command.error.ts';
import type { World } from '../command/command.type.ts';
import { readDefinition } from './definition.source.ts';

/** @throws CommandError NOTHING_TO_READ when it cannot be read, or is no list of mappings */
export const readAssignments = async (world: World, file: string): Promise<unknown[]> => {
  const { text, name } = await readDefinition(world, file);
  const hint = 'Expected a list of mappings, such as [{lr: 0.001}, {lr: 0.01}].';
  try {
    const value: unknown = parse(text);
    if (Array.isArray(value) && value.length > 0) return value;
    throw new CommandError('NOTHING_TO_READ', `${name} is no list of runs.`, hint);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CommandError('NOTHING_TO_READ', `${name} cannot be read as YAML or JSON: ${reason}`, hint);
  }
};
