/**
 * References in a sweep's definition, judged when it is made or changed: what cannot be right then costs no run. A
 * run that still trains may write the checkpoint in time, so that is no problem yet.
 */
import {
  type DefinitionProblem,
  type Distribution,
  isCheckpointKey,
  isBuiltIn,
  type ParameterValue,
  type SweepDefinition,
} from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { findReferenced } from './reference.service.ts';

const placesIn = (distribution: Distribution): readonly (readonly [string, ParameterValue])[] => {
  if (distribution.kind === 'constant') return [['value', distribution.value]];
  if (distribution.kind !== 'categorical') return [];
  return distribution.values.map((value, i) => [`values[${i}]`, value]);
};

const referencesOf = ({ parameters, trainer }: SweepDefinition) =>
  !isBuiltIn(trainer)
    ? []
    : parameters.flatMap(({ path: key, distribution }) =>
        placesIn(distribution).flatMap(([place, text]) =>
          isCheckpointKey(key) && typeof text === 'string'
            ? [{ path: `parameters.${key}.${place}`, key, text }]
            : [],
        ),
      );

/** @param former the definition before a change: what it names already was judged then */
export async function referenceProblems(
  tx: Transaction,
  definition: SweepDefinition,
  former: SweepDefinition | null = null,
): Promise<DefinitionProblem[]> {
  const known = former === null ? [] : referencesOf(former);
  const problems: DefinitionProblem[] = [];
  for (const { path, key, text } of referencesOf(definition)) {
    if (known.some((each) => each.key === key && each.text === text)) continue;
    const found = await findReferenced(tx, { key, text });
    if (found.kind !== 'wrong') continue;
    problems.push({ path, message: found.message, expected: found.expected, value: text, line: null });
  }
  return problems;
}
