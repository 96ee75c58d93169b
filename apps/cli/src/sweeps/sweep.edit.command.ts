/** A sweep that changes while it runs: `sweep edit`, `enqueue`, `rerun`, and `versions`, which tells what was changed. */
import type { ApiClient } from '@plumage/api-client';
import {
  EnqueueRunsDocument,
  RerunFailedDocument,
  SweepVersionsDocument,
  UpdateSweepDocument,
} from '@plumage/api-client/operations';
import { failureClasses } from '@plumage/contract';
import { CommandError, UsageError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { visible } from '../terminal/text.width.ts';
import { readAssignments } from './assignment.source.ts';
import { readDefinition, sayProblems, withLines } from './definition.source.ts';
import { patchOf, readSettings } from './setting.words.ts';
import { sweepArgument, findSweepId } from './sweep.finder.ts';
import { versionTable } from './sweep.view.ts';

const readVersions = async (api: ApiClient, id: string) => {
  const { sweep } = await api.request(SweepVersionsDocument, { id });
  if (sweep === null) throw new CommandError('NOT_FOUND', `There is no sweep with the id ${id}.`);
  return sweep;
};

export const editSweep = defineCommand({
  path: ['sweep', 'edit'],
  summary: 'Change a sweep while it runs: its cap, budget, rule, values, exclusions',
  argument: sweepArgument,
  flags: {
    set: { type: 'string', value: 'KEY=VALUE', multiple: 'whole', help: 'a key of its definition, in YAML' },
    unset: { type: 'string', value: 'KEY', multiple: 'whole', help: 'a key to take away' },
    file: { type: 'string', value: 'FILE|-', help: 'the whole new definition instead' },
    base: {
      type: 'string',
      value: 'N',
      range: [1, 1_000_000],
      help: 'version that the change was made on (default: the newest)',
    },
    note: { type: 'string', value: 'TEXT', help: 'why; kept with the version' },
  },
  examples: [
    'plumage sweep edit birds --set run_cap=50',
    'plumage sweep edit birds --set parameters.lr.max=0.01 --note diverges',
    `plumage sweep edit birds --set 'exclude=[{"lr":{"min":0.01},"optimizer":"sgd"}]'`,
    'plumage sweep edit birds --unset early_terminate',
    'plumage sweep edit birds --file sweep.yaml --base 3',
  ],
  async run({ world, terminal, json, api }, { set = [], unset = [], file, base, note }, argument) {
    const isPatch = set.length + unset.length > 0;
    if (isPatch === (file !== undefined)) {
      const message = isPatch
        ? '--file is the whole definition; --set and --unset change parts of it.'
        : 'There is nothing to change: give --set, --unset or --file.';
      throw new UsageError(isPatch ? 'OPTION_VALUE' : 'MISSING_OPTION', 'sweep edit', message);
    }
    const taken = unset.map((key) => [key, null] as const);
    const patch = patchOf([...readSettings(set, 'sweep edit'), ...taken]);
    const source = file === undefined ? null : await readDefinition(world, file);
    const id = await findSweepId(api(), argument);
    const version = base === undefined ? (await readVersions(api(), id)).version : Number(base);
    const change = source === null ? { patch } : { source: source.text };
    const input = { sweepId: id, version, note: note ?? null, ...change };
    const { updateSweep: result } = await api().request(UpdateSweepDocument, { input });
    if (result.__typename === 'SweepEditedMeanwhile') {
      const message = `${argument} has changed since version ${version}; it is at version ${result.sweep.version}.`;
      const hint = `\`plumage sweep versions ${argument}\` tells how; nothing was changed now.`;
      throw new CommandError('EDITED_MEANWHILE', message, hint);
    }
    const { __typename: kind, ...answer } = result;
    if (json) {
      terminal.out(JSON.stringify({ updated: kind === 'SweepUpdated', ...answer }, null, 2));
      return kind === 'SweepUpdated' ? 0 : 1;
    }
    const name = source?.name ?? argument;
    const placed = (problems: Parameters<typeof withLines>[0]) =>
      source === null ? problems : withLines(problems, source.text);
    if (result.__typename === 'SweepInvalid') {
      sayProblems({ terminal }, name, 'error', placed(result.problems));
      terminal.err('Nothing was changed.');
      return 1;
    }
    sayProblems({ terminal }, name, 'warning', placed(result.warnings));
    if (result.changes.length === 0) terminal.out(`${argument} is as it was: nothing differs.`);
    else
      terminal.out(`${argument} is at version ${result.sweep.version}, ${result.sweep.state.toLowerCase()}.`);
    for (const sentence of result.changes) terminal.out(`  ${visible(sentence)}`);
    return 0;
  },
});

export const enqueueRuns = defineCommand({
  path: ['sweep', 'enqueue'],
  summary: 'Queue runs with values of your choice, ahead of those that the search suggests',
  argument: sweepArgument,
  flags: {
    set: {
      type: 'string',
      value: 'KEY=VALUE',
      multiple: 'whole',
      help: 'a parameter (dotted path) of one run',
    },
    file: { type: 'string', value: 'FILE|-', help: 'many runs: a list of mappings in YAML or JSON' },
  },
  examples: [
    'plumage sweep enqueue birds --set lr=1e-4 --set optimizer=sgd',
    'plumage sweep enqueue birds --file runs.yaml',
  ],
  async run({ world, terminal, json, api }, { set = [], file }, argument) {
    if (set.length > 0 === (file !== undefined)) {
      const message = 'Give the parameters of one run with --set, or many runs with --file.';
      throw new UsageError(file === undefined ? 'MISSING_OPTION' : 'OPTION_VALUE', 'sweep enqueue', message);
    }
    const settings = readSettings(set, 'sweep enqueue');
    const assignments =
      file === undefined ? [Object.fromEntries(settings)] : await readAssignments(world, file);
    const input = { sweepId: await findSweepId(api(), argument), assignments };
    const { enqueueRuns: result } = await api().request(EnqueueRunsDocument, { input });
    const { __typename: kind, ...answer } = result;
    if (json) {
      terminal.out(JSON.stringify({ enqueued: kind === 'RunsEnqueued', ...answer }, null, 2));
      return kind === 'RunsEnqueued' ? 0 : 1;
    }
    if (result.__typename === 'SweepInvalid') {
      sayProblems({ terminal }, file ?? argument, 'error', result.problems);
      terminal.err('Nothing was queued.');
      return 1;
    }
    const names = result.runs.map(({ name }) => name);
    terminal.out(`Queued ${names.length === 1 ? names[0] : `${names.length} runs: ${names.join(', ')}`}.`);
    return 0;
  },
});

export const rerunFailed = defineCommand({
  path: ['sweep', 'rerun'],
  summary: 'Run its failed runs again, all or those that failed in a certain way',
  argument: sweepArgument,
  flags: {
    class: {
      type: 'string',
      value: 'CLASS',
      multiple: true,
      choices: failureClasses,
      help: 'only runs that failed so',
    },
  },
  examples: ['plumage sweep rerun birds', 'plumage sweep rerun birds --class out_of_memory,lost_agent'],
  async run({ terminal, json, api }, { class: classes }, argument) {
    const input = {
      sweepId: await findSweepId(api(), argument),
      failureClasses: classes ? [...classes] : null,
    };
    const { rerunFailed: result } = await api().request(RerunFailedDocument, { input });
    if (json) terminal.out(JSON.stringify(result, null, 2));
    else if (result.count === 0) terminal.out(`No run of ${argument} has failed${classes ? ' so' : ''}.`);
    else
      terminal.out(`${result.count} ${result.count === 1 ? 'run waits' : 'runs wait'} for an agent again.`);
    return 0;
  },
});

export const sweepVersions = defineCommand({
  path: ['sweep', 'versions'],
  summary: 'Tell what was changed in a sweep, when, by whom and why',
  argument: sweepArgument,
  flags: {
    source: {
      type: 'string',
      value: 'N',
      range: [1, 1_000_000],
      help: 'print the definition of version N as it was written, and nothing else',
    },
  },
  examples: ['plumage sweep versions birds', 'plumage sweep versions birds --source 2 > before.yaml'],
  async run({ world, terminal, json, api }, { source }, argument) {
    const { version: newest, versions } = await readVersions(api(), await findSweepId(api(), argument));
    if (source !== undefined) {
      const asked = versions.find(({ version }) => version === Number(source));
      if (asked === undefined) {
        throw new CommandError('NOT_FOUND', `${argument} has no version ${source}; its newest is ${newest}.`);
      }
      terminal.out(asked.source.trimEnd());
    } else if (json) terminal.out(JSON.stringify(versions, null, 2));
    else terminal.out(versionTable(versions, world.now(), terminal.paint));
    return 0;
  },
});
