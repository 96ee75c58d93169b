/** `plumage sweep list`, `show`, and the four commands that steer a sweep. */
import {
  CancelSweepDocument,
  PauseSweepDocument,
  ResumeSweepDocument,
  StopSweepDocument,
  SweepPageDocument,
  type SweepState,
} from '@plumage/api-client/operations';
import type { ApiClient } from '@plumage/api-client';
import { CommandError } from '../command/command.error.ts';
import { type Command, defineCommand } from '../command/command.type.ts';
import { limitFlag, saySomeShown } from '../command/list.limit.ts';
import { findSweepId, listSweeps, sweepArgument } from './sweep.finder.ts';
import { sweepFacts, sweepTable } from './sweep.view.ts';

export const listSweepsCommand = defineCommand({
  path: ['sweep', 'list'],
  summary: 'List sweeps, newest first',
  flags: { limit: limitFlag },
  examples: ['plumage sweep list', "plumage sweep list --json | jq -r '.[].name'"],
  async run({ world, terminal, json, api }, { limit }) {
    const { nodes, totalCount } = await listSweeps(api(), Number(limit ?? 50));
    if (json) terminal.out(JSON.stringify(nodes, null, 2));
    else if (nodes.length === 0) terminal.out('No sweeps yet. Create one: plumage sweep create FILE');
    else terminal.out(sweepTable(nodes, world.now(), terminal.paint, terminal.columns));
    saySomeShown(terminal, nodes.length, totalCount);
    return 0;
  },
});

export const showSweep = defineCommand({
  path: ['sweep', 'show'],
  summary: 'Show one sweep: its state, runs, best run, metrics',
  argument: sweepArgument,
  flags: { source: { type: 'boolean', help: 'print its definition as it was written, and nothing else' } },
  examples: ['plumage sweep show quickstart', 'plumage sweep show quickstart --source > again.yaml'],
  async run({ world, terminal, json, api }, { source }, argument) {
    const id = await findSweepId(api(), argument);
    const { sweep } = await api().request(SweepPageDocument, { id });
    if (sweep === null) throw new CommandError('NOT_FOUND', `There is no sweep with the id ${id}.`);
    if (json) terminal.out(JSON.stringify(sweep, null, 2));
    else if (source) terminal.out(sweep.source.trimEnd());
    else terminal.out(sweepFacts(sweep, world.now(), terminal.paint));
    return 0;
  },
});

interface Steered {
  readonly id: string;
  readonly state: SweepState;
}

const steering = (
  verb: string,
  summary: string,
  steer: (api: ApiClient, sweepId: string) => Promise<Steered>,
): Command =>
  defineCommand({
    path: ['sweep', verb],
    summary,
    argument: sweepArgument,
    flags: {},
    examples: [`plumage sweep ${verb} quickstart`],
    async run({ terminal, json, api }, _values, argument) {
      const sweep = await steer(api(), await findSweepId(api(), argument));
      if (json) terminal.out(JSON.stringify(sweep, null, 2));
      else terminal.out(`${argument} is ${sweep.state.toLowerCase()}.`);
      return 0;
    },
  });

export const sweepSteering: readonly Command[] = [
  steering('pause', 'Hand out no more runs, and pause those that run', async (api, sweepId) => {
    return (await api.request(PauseSweepDocument, { input: { sweepId } })).pauseSweep.sweep;
  }),
  steering('resume', 'Go on with a paused sweep', async (api, sweepId) => {
    return (await api.request(ResumeSweepDocument, { input: { sweepId } })).resumeSweep.sweep;
  }),
  steering('stop', 'Hand out no more runs; those that run may end by themselves', async (api, sweepId) => {
    return (await api.request(StopSweepDocument, { input: { sweepId } })).stopSweep.sweep;
  }),
  steering('cancel', 'End a sweep and its runs now', async (api, sweepId) => {
    return (await api.request(CancelSweepDocument, { input: { sweepId } })).cancelSweep.sweep;
  }),
];
