/** `plumage sweep create`, `validate` and `schema`: from a file to a sweep, or to everything that is wrong with it. */
import type { ApiClient } from '@plumage/api-client';
import { CreateSweepDocument, ProjectBySlugDocument } from '@plumage/api-client/operations';
import { parseSweepDefinition, sweepJsonSchema } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { problemText, readDefinition, sayProblems, withLines } from './definition.source.ts';

const file = { name: 'FILE|-', help: 'a definition in YAML or JSON, or - for stdin' } as const;

const projectId = async (api: ApiClient, slug: string | undefined): Promise<string | null> => {
  if (slug === undefined) return null;
  const { project } = await api.request(ProjectBySlugDocument, { slug });
  if (project === null) throw new CommandError('NOT_FOUND', `There is no project "${slug}".`);
  return project.id;
};

export const createSweep = defineCommand({
  path: ['sweep', 'create'],
  summary: 'Create a sweep; agents take its runs at once',
  argument: file,
  flags: {
    project: { type: 'string', value: 'SLUG', help: 'project that it belongs to (default: the first)' },
  },
  examples: [
    'plumage sweep create sweep.yaml',
    'plumage sweep create - --project birds < sweep.yaml',
    'id=$(plumage sweep create sweep.yaml --json | jq -r .sweep.id)',
  ],
  async run({ world, terminal, json, api }, { project }, argument) {
    const source = await readDefinition(world, argument);
    const input = { source: source.text, projectId: await projectId(api(), project) };
    const { createSweep: result } = await api().request(CreateSweepDocument, { input });
    const { __typename: kind, ...answer } = result;
    if (json) {
      terminal.out(JSON.stringify({ created: kind === 'SweepCreated', ...answer }, null, 2));
      return kind === 'SweepCreated' ? 0 : 1;
    }
    if (result.__typename === 'SweepInvalid') {
      sayProblems({ terminal }, source.name, 'error', withLines(result.problems, source.text));
      terminal.err('Nothing was created.');
      return 1;
    }
    sayProblems({ terminal }, source.name, 'warning', withLines(result.warnings, source.text));
    terminal.out(`Created ${result.sweep.name} (${result.sweep.id}).`);
    return 0;
  },
});

export const validateSweep = defineCommand({
  path: ['sweep', 'validate'],
  summary: 'Say everything that is wrong with a definition, without a server',
  argument: file,
  flags: {},
  examples: ['plumage sweep validate sweep.yaml', 'generate-sweep | plumage sweep validate -'],
  async run({ world, terminal, json }, _values, argument) {
    const source = await readDefinition(world, argument);
    const parsed = parseSweepDefinition(source.text);
    const problems = parsed.ok ? [] : parsed.problems;
    const { warnings } = parsed;
    if (json) {
      terminal.out(JSON.stringify({ valid: parsed.ok, problems, warnings }, null, 2));
      return parsed.ok ? 0 : 1;
    }
    for (const warning of warnings)
      terminal.out(problemText(source.name, 'warning', warning, terminal.paint));
    for (const problem of problems) terminal.out(problemText(source.name, 'error', problem, terminal.paint));
    if (parsed.ok) {
      const { method, parameters, runCap } = parsed.definition;
      const runs = runCap === null ? '' : `, at most ${runCap} runs`;
      const count = `${parameters.length} parameter${parameters.length === 1 ? '' : 's'}`;
      terminal.out(`${source.name} is valid: ${method} over ${count}${runs}.`);
    }
    return parsed.ok ? 0 : 1;
  },
});

export const sweepSchema = defineCommand({
  path: ['sweep', 'schema'],
  summary: 'Print the JSON Schema of definitions, for editors that complete and check',
  flags: {},
  examples: ['plumage sweep schema > sweep.schema.json'],
  async run({ terminal }) {
    terminal.out(JSON.stringify(sweepJsonSchema(), null, 2));
    return 0;
  },
});
