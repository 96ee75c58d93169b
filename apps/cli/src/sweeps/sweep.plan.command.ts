/** What a sweep will take, before it starts (`sweep plan`), and what another rule would have saved (`sweep replay`). */
import { PlanSweepDocument, ReplayStoppingDocument } from '@plumage/api-client/operations';
import { CommandError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { readDefinition, sayProblems, withLines } from './definition.source.ts';
import { planText, replayText } from './plan.view.ts';
import { patchOf, readSettings } from './setting.words.ts';
import { findSweepId, sweepArgument } from './sweep.finder.ts';

export const planSweep = defineCommand({
  path: ['sweep', 'plan'],
  summary: 'Tell what a definition would take: runs, rungs, steps, hours',
  argument: { name: 'FILE|-', help: 'a definition in YAML or JSON, or - for stdin' },
  flags: {
    slots: {
      type: 'string',
      value: 'N',
      range: [1, 100_000],
      help: 'slots that will work on it (default: those that agents offer now)',
    },
  },
  examples: ['plumage sweep plan sweep.yaml', 'plumage sweep plan sweep.yaml --slots 8'],
  async run({ world, terminal, json, api }, { slots }, argument) {
    const source = await readDefinition(world, argument);
    const asked = { source: source.text, slots: slots === undefined ? null : Number(slots) };
    const { planSweep: result } = await api().request(PlanSweepDocument, asked);
    const { __typename: kind, ...answer } = result;
    if (json) terminal.out(JSON.stringify(answer, null, 2));
    else if (result.__typename === 'SweepPlan') terminal.out(planText(result, terminal.paint));
    else sayProblems({ terminal }, source.name, 'error', withLines(result.problems, source.text));
    return kind === 'SweepPlan' ? 0 : 1;
  },
});

export const replaySweep = defineCommand({
  path: ['sweep', 'replay'],
  summary: 'Tell what another stopping rule would have made of the recorded curves',
  argument: sweepArgument,
  flags: {
    rule: {
      type: 'string',
      value: 'TYPE',
      required: true,
      help: 'type of the rule: median, asha, hyperband and so on, as under early_terminate',
    },
    set: { type: 'string', value: 'KEY=VALUE', multiple: 'whole', help: 'an option of the rule' },
  },
  examples: [
    'plumage sweep replay birds --rule asha --set reduction_factor=3 --set max_t=81',
    'plumage sweep replay birds --rule median --set n_warmup_steps=100',
  ],
  async run({ terminal, json, api }, { rule, set = [] }, argument) {
    const options = patchOf(readSettings(set, 'sweep replay'));
    const id = await findSweepId(api(), argument);
    const asked = { id, rule: { type: rule, ...options } };
    const { sweep } = await api().request(ReplayStoppingDocument, asked);
    if (sweep === null) throw new CommandError('NOT_FOUND', `There is no sweep with the id ${id}.`);
    const { __typename: kind, ...answer } = sweep.replayStopping;
    if (json) terminal.out(JSON.stringify(answer, null, 2));
    else if (sweep.replayStopping.__typename === 'StoppingReplay') {
      terminal.out(replayText(sweep.replayStopping, terminal.paint, terminal.columns));
    } else sayProblems({ terminal }, rule, 'error', sweep.replayStopping.problems);
    return kind === 'StoppingReplay' ? 0 : 1;
  },
});
