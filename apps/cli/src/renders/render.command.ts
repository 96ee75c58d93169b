/** `plumage renders list` and `cancel`. */
import { CancelRenderDocument, RendersOfRunDocument } from '@plumage/api-client/operations';
import { CommandError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { limitFlag, saySomeShown } from '../command/list.limit.ts';
import { findRunId } from '../runs/run.finder.ts';
import { walkPages } from '../server/page.walk.ts';
import { renderTable } from './render.view.ts';

export const listRenders = defineCommand({
  path: ['renders', 'list'],
  summary: 'List what was drawn from the checkpoints of a run on request, newest first',
  flags: {
    run: { type: 'string', value: 'ID|NAME', required: true, help: 'whose: its id, its name, or SWEEP/NAME' },
    limit: limitFlag,
  },
  examples: ['plumage renders list --run quickstart/heron-0003'],
  async run({ world, terminal, json, api }, { run: given, limit }) {
    const id = await findRunId(api(), given);
    const { nodes, totalCount } = await walkPages(Number(limit ?? 50), async (first, after) => {
      const { run } = await api().request(RendersOfRunDocument, { id, first, after });
      if (run === null) throw new CommandError('NOT_FOUND', `There is no run with the id ${id}.`);
      return run.renders;
    });
    if (json) terminal.out(JSON.stringify(nodes, null, 2));
    else if (nodes.length === 0) terminal.out('Nothing was drawn on request from this run yet.');
    else terminal.out(renderTable(nodes, world.now(), terminal.paint, terminal.columns));
    saySomeShown(terminal, nodes.length, totalCount);
    return 0;
  },
});

export const cancelRender = defineCommand({
  path: ['renders', 'cancel'],
  summary: 'End a render now, also one that an agent draws',
  argument: { name: 'ID', help: 'the render, by its id' },
  flags: {},
  examples: ['plumage renders cancel 01a2072b-f6f2-70bc-94a0-d57232ba0c9c'],
  async run({ terminal, json, api }, _values, argument) {
    const { render } = (await api().request(CancelRenderDocument, { input: { renderId: argument } }))
      .cancelRender;
    if (json) terminal.out(JSON.stringify(render, null, 2));
    else terminal.out(`${argument} is ${render.state.toLowerCase()}.`);
    return 0;
  },
});
