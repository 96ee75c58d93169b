/** `plumage runs list`, `show`, and the three commands that steer a run. */
import type { ApiClient } from '@plumage/api-client';
import {
  CancelRunDocument,
  PauseRunDocument,
  ResumeRunDocument,
  type RunOrder,
  RunPageDocument,
  type RunState,
  type SortDirection,
  SweepPageDocument,
} from '@plumage/api-client/operations';
import { runStates } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { type Command, defineCommand } from '../command/command.type.ts';
import { limitFlag, saySomeShown } from '../command/list.limit.ts';
import { findSweepId } from '../sweeps/sweep.finder.ts';
import { findRunId, listRuns, runArgument } from './run.finder.ts';
import { runFacts, runTable } from './run.view.ts';

const orders = {
  created: 'CREATED_AT',
  updated: 'UPDATED_AT',
  number: 'NUMBER',
  objective: 'OBJECTIVE',
} as const satisfies Record<string, RunOrder>;

const orderWords = Object.keys(orders).flatMap((word) => [word, `${word}:asc`, `${word}:desc`]);

/**
 * `objective:asc`. Without a direction numbers ascend, times descend, and the best objective comes first: the least
 * for a sweep that minimizes.
 */
const readOrder = async (
  api: ApiClient,
  text: string,
  sweepId: string | null,
): Promise<{ orderBy: RunOrder; direction: SortDirection }> => {
  const [word = '', direction] = text.split(':');
  const orderBy = Object.entries(orders).find(([name]) => name === word)?.[1] ?? 'CREATED_AT';
  if (direction !== undefined) return { orderBy, direction: direction === 'asc' ? 'ASC' : 'DESC' };
  if (orderBy !== 'OBJECTIVE' || sweepId === null) {
    return { orderBy, direction: orderBy === 'NUMBER' ? 'ASC' : 'DESC' };
  }
  const { sweep } = await api.request(SweepPageDocument, { id: sweepId });
  return { orderBy, direction: sweep?.metricGoal === 'minimize' ? 'ASC' : 'DESC' };
};

export const listRunsCommand = defineCommand({
  path: ['runs', 'list'],
  summary: 'List runs, newest first',
  flags: {
    sweep: { type: 'string', value: 'ID|NAME', help: 'runs of this sweep only' },
    state: {
      type: 'string',
      value: 'STATE',
      multiple: true,
      choices: runStates.map((state) => state.toLowerCase()),
      help: 'runs in this state only',
    },
    order: { type: 'string', value: 'ORDER', choices: orderWords, help: 'what comes first' },
    limit: limitFlag,
  },
  examples: [
    'plumage runs list --sweep quickstart --order objective',
    'plumage runs list --state running,queued',
    "plumage runs list --state failed --json | jq -r '.[].failureMessage'",
  ],
  async run({ world, terminal, json, api }, { sweep, state, order, limit }) {
    const states = runStates.filter((known) => state?.includes(known.toLowerCase()));
    const sweepId = sweep === undefined ? null : await findSweepId(api(), sweep);
    const question = {
      filter: { sweepId, states: states.length === 0 ? null : states },
      ...(await readOrder(api(), order ?? 'created', sweepId)),
    };
    const { nodes, totalCount } = await listRuns(api(), question, Number(limit ?? 50));
    if (json) terminal.out(JSON.stringify(nodes, null, 2));
    else if (nodes.length === 0) terminal.out('No such runs.');
    else terminal.out(runTable(nodes, world.now(), terminal.paint, terminal.columns));
    saySomeShown(terminal, nodes.length, totalCount);
    return 0;
  },
});

export const showRun = defineCommand({
  path: ['runs', 'show'],
  summary: 'Show one run: parameters, metrics, attempts, why it ended',
  argument: runArgument,
  flags: {},
  examples: ['plumage runs show quickstart/heron-0003', 'plumage runs show ID --json | jq .config'],
  async run({ world, terminal, json, api }, _values, argument) {
    const id = await findRunId(api(), argument);
    const { run } = await api().request(RunPageDocument, { id });
    if (run === null) throw new CommandError('NOT_FOUND', `There is no run with the id ${id}.`);
    if (json) terminal.out(JSON.stringify(run, null, 2));
    else terminal.out(runFacts(run, world.now(), terminal.paint, terminal.columns));
    return 0;
  },
});

interface Steered {
  readonly id: string;
  readonly state: RunState;
}

/** A run that an agent holds changes its state once the agent has obeyed. */
const onItsWay = (verb: string, state: RunState): string =>
  verb !== 'resume' && state === 'RUNNING' ? ' until its agent has obeyed, at its next heartbeat' : '';

const steering = (
  verb: string,
  summary: string,
  steer: (api: ApiClient, input: { runId: string; reason: string | null }) => Promise<Steered>,
): Command =>
  defineCommand({
    path: ['runs', verb],
    summary,
    argument: runArgument,
    flags: { reason: { type: 'string', value: 'TEXT', help: 'kept with the run' } },
    examples: [`plumage runs ${verb} quickstart/heron-0003`],
    async run({ terminal, json, api }, { reason }, argument) {
      const runId = await findRunId(api(), argument);
      const run = await steer(api(), { runId, reason: reason ?? null });
      if (json) terminal.out(JSON.stringify(run, null, 2));
      else terminal.out(`${argument} is ${run.state.toLowerCase()}${onItsWay(verb, run.state)}.`);
      return 0;
    },
  });

export const runSteering: readonly Command[] = [
  steering('cancel', 'End a run now; its pictures and checkpoints stay', async (api, input) => {
    return (await api.request(CancelRunDocument, { input })).cancelRun.run;
  }),
  steering('pause', 'Save a checkpoint and free the slot', async (api, input) => {
    return (await api.request(PauseRunDocument, { input })).pauseRun.run;
  }),
  steering('resume', 'Queue a paused run again, from its checkpoint', async (api, input) => {
    return (await api.request(ResumeRunDocument, { input })).resumeRun.run;
  }),
];
