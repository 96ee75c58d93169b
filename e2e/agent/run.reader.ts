/** Sweeps of the smallest model, and what the graph says of their runs: shared by the tests of one agent and one API. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack, until } from './stack.ts';

export interface RunPage {
  readonly id: string;
  readonly state: string;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly peakMemoryMb: number | null;
  readonly attempts: ReadonlyArray<{
    readonly epoch: number;
    readonly slotIndex: number;
    readonly agentName: string;
    readonly outcome: string | null;
    readonly failureClass: string | null;
    readonly message: string | null;
    readonly resumedFromStep: number;
  }>;
  readonly checkpoints: ReadonlyArray<{
    readonly step: number;
    readonly damagedAt: string | null;
    readonly damageReason: string | null;
    readonly files: ReadonlyArray<{ readonly name: string; readonly blob: { readonly sha256: string } }>;
  }>;
}

const runFields = `id state step failureClass failureMessage peakMemoryMb
  attempts { epoch slotIndex agentName outcome failureClass message resumedFromStep }
  checkpoints { step damagedAt damageReason files { name blob { sha256 } } }`;

export interface SweepSource {
  /** Besides or instead of those that make it small. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Parameters with several values. */
  readonly grid?: object;
  readonly maxFailures?: number;
  /** Another method than a grid, with its options. */
  readonly search?: object;
}

/** @returns its id; its runs are made when an agent asks */
export const createSweep = async (stack: Stack, given: SweepSource): Promise<string> => {
  const all = {
    preset: 'cpu-tiny',
    log_every: 1,
    sample_every: 0,
    checkpoint_every: 20,
    ...given.parameters,
  };
  const source = JSON.stringify({
    name: 'tiny',
    method: 'grid',
    metric: { name: 'g/loss', goal: 'minimize' },
    parameters: {
      ...Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }])),
      ...given.grid,
    },
    max_failures: given.maxFailures ?? 3,
    ...given.search,
  });
  const { createSweep: answer } = await stack.ask<{ createSweep: { sweep?: { id: string } } }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    { source },
  );
  if (!answer.sweep) throw new Error(JSON.stringify(answer));
  return answer.sweep.id;
};

/** In the order of their numbers. */
export const runsOf = async (stack: Stack, sweepId: string): Promise<RunPage[]> => {
  const { sweep } = await stack.ask<{ sweep: { runs: { edges: Array<{ node: RunPage }> } } }>(
    `query ($id: ID!) { sweep(id: $id) { runs { edges { node { ${runFields} } } } } }`,
    { id: sweepId },
  );
  return sweep.runs.edges.map(({ node }) => node);
};

/** Waits for the first run of the sweep, or for its `number`th from 0, to be as it should. */
export const untilRun = (
  stack: Stack,
  sweepId: string,
  what: string,
  holds: (run: RunPage) => boolean,
  number = 0,
): Promise<RunPage> =>
  until(what, async () => {
    const run = (await runsOf(stack, sweepId))[number];
    return run && holds(run) ? run : undefined;
  });

/** The steps that a chart of the run shows, and how many points there are. */
export const curveOf = async (
  stack: Stack,
  runId: string,
): Promise<{ steps: number[]; totalPoints: number }> => {
  const { series } = await stack.ask<{ series: Array<{ steps: number[]; totalPoints: number }> }>(
    `query ($runIds: [ID!]!) { series(input: { runIds: $runIds, keys: ["g/loss"], points: 2000 }) { steps totalPoints } }`,
    { runIds: [runId] },
  );
  return series[0] ?? { steps: [], totalPoints: 0 };
};

/** A curve without a gap and without a point too many. */
export const wholeCurve = (last: number): { steps: number[]; totalPoints: number } => ({
  steps: Array.from({ length: last }, (_, i) => i + 1),
  totalPoints: last,
});

/** What the agent itself has said in the run's log. */
export const agentWords = async (stack: Stack, runId: string): Promise<string> => {
  const { run } = await stack.ask<{ run: { logs: { lines: Array<{ text: string }> } } }>(
    `query ($id: ID!) { run(id: $id) { logs(first: 1000, stream: "agent") { lines { text } } } }`,
    { id: runId },
  );
  return run.logs.lines.map(({ text }) => text).join('\n');
};

/** The pid of the run's training child, which the agent keeps in its work folder; undefined before and after it. */
export const childPidOf = (workDir: string, run: Pick<RunPage, 'id' | 'attempts'>): number | undefined => {
  const epoch = run.attempts.at(-1)?.epoch ?? 0;
  const folder = join(workDir, 'runs');
  try {
    const name = readdirSync(folder).find((each) => each === `${run.id}.${epoch}`) ?? '';
    return JSON.parse(readFileSync(join(folder, name, 'lease.json'), 'utf8')).childPid ?? undefined;
  } catch {
    return undefined;
  }
};
