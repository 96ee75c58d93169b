/** The same question put to the product itself: what a chart shows of each run, every point once. */
import type { Facts } from './facts.sql.ts';
import type { Ask } from './graph.client.ts';
import type { Expectation } from './verdict.rule.ts';

export interface CurveFigures {
  readonly missing: number;
  readonly doubled: number;
  readonly findings: readonly string[];
}

interface Curve {
  readonly runId: string;
  readonly key: string;
  readonly steps: readonly number[];
  readonly totalPoints: number;
}

/** The graph gives at most a million points at once. */
const runsAtOnce = 5;
const rowsAtMost = 10_000;

const query = `query ($runIds: [ID!]!, $keys: [String!]!) {
  series(input: { runIds: $runIds, keys: $keys, points: ${rowsAtMost} }) { runId key steps totalPoints } }`;

export const checkCurves = async (
  ask: Ask,
  facts: Facts,
  expectation: Expectation,
): Promise<CurveFigures> => {
  const finished = facts.runs.filter(({ state }) => state === 'FINISHED');
  const findings: string[] = [];
  let missing = 0;
  let doubled = 0;
  for (let at = 0; at < finished.length; at += runsAtOnce) {
    const runs = finished.slice(at, at + runsAtOnce);
    const keys = [...new Set(runs.flatMap(({ seed }) => [...(expectation.get(seed)?.points.keys() ?? [])]))];
    const { series } = await ask<{ series: Curve[] }>(query, { runIds: runs.map(({ id }) => id), keys });
    for (const { id, name, seed } of runs) {
      for (const [key, values] of expectation.get(seed)?.points ?? []) {
        const curve = series.find((one) => one.runId === id && one.key === key);
        const steps = new Set(curve?.steps);
        const absent = values.filter((_, i) => !steps.has(i + 1)).length;
        const surplus = Math.max(0, (curve?.totalPoints ?? 0) - (values.length - absent));
        missing += absent;
        doubled += surplus;
        if (absent + surplus > 0) {
          findings.push(`the curve ${key} of ${name} lacks ${absent} points and has ${surplus} too many`);
        }
      }
    }
  }
  return { missing, doubled, findings };
};
