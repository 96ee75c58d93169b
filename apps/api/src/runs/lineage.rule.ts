/** What a row of a population says about how it came to be. Pure. */
import type { LineageChange, LineageStep } from './lineage.type.ts';
import { DescentKind } from './run.enum.ts';
import type { Run } from './run.type.ts';

export const kindOf = (member: number | null, parentMember: number | null): DescentKind => {
  if (parentMember === null) return DescentKind.STARTED;
  return parentMember === member ? DescentKind.CONTINUED : DescentKind.EXPLOITED;
};

type Values = Readonly<Record<string, unknown>>;

/** By name. Values are compared as the JSON that they are stored as. */
export function changesBetween(before: Values, after: Values): LineageChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((parameter) => ({ parameter, from: before[parameter] ?? null, to: after[parameter] ?? null }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** @param chain runs of a population, each the parent of the next */
export function lineageOf(chain: readonly Run[]): LineageStep[] {
  return chain.map((row, i) => {
    const parent = i === 0 ? null : (chain[i - 1] ?? null);
    return {
      row,
      member: row.member ?? 0,
      generation: row.generation ?? 0,
      kind: kindOf(row.member, parent?.member ?? null),
      fromStep: row.parentStep ?? 0,
      toStep: row.step,
      changes: parent === null ? [] : changesBetween(parent.assignment as Values, row.assignment as Values),
    };
  });
}
