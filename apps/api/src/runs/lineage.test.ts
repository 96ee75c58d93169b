import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prisma } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { createSweep } from '../sweeps/sweep.service.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { changesBetween, kindOf } from './lineage.rule.ts';

/** Two members of three generations: member 1 copies member 0 for its second, and is copied for the third. */
const rows = [
  { number: 1, member: 0, generation: 0, parent: null, step: 10, objective: 1, assignment: { lr: 0.1 } },
  { number: 2, member: 1, generation: 0, parent: null, step: 10, objective: 9, assignment: { lr: 0.5 } },
  { number: 3, member: 0, generation: 1, parent: 1, step: 20, objective: 5, assignment: { lr: 0.1 } },
  {
    number: 4,
    member: 1,
    generation: 1,
    parent: 1,
    step: 20,
    objective: 2,
    assignment: { lr: 0.12, on: 'x' },
  },
  { number: 5, member: 0, generation: 2, parent: 4, step: 24, objective: null, assignment: { lr: 0.144 } },
] as const;

let server: TestServer;
let sweepId: string;
const ids = new Map<number, string>(rows.map(({ number }) => [number, newId()]));
const idOf = (number: number): string => ids.get(number) ?? '';

beforeAll(async () => {
  server = await startTestServer();
  const { prisma } = server.database;
  const source = JSON.stringify({
    method: 'pbt',
    metric: { name: 'g/loss', goal: 'minimize' },
    pbt: { population: 2, interval: 10, generations: 3 },
    parameters: { learning_rate: { min: 0.0001, max: 0.01 } },
  });
  const created = await createSweep(prisma, { projectId: null, source });
  if (!created.ok) throw new Error(JSON.stringify(created.problems));
  sweepId = created.sweep.id;
  const data = rows.map(
    ({ parent, ...row }): Prisma.RunCreateManyInput => ({
      ...{ ...row, id: idOf(row.number), sweepId, name: `run-${row.number}` },
      ...{
        assignmentKey: String(row.number),
        config: {},
        state: row.objective === null ? 'RUNNING' : 'FINISHED',
      },
      ...(parent === null ? {} : { parentRunId: idOf(parent), parentStep: row.generation * 10 }),
    }),
  );
  await prisma.run.createMany({ data });
});
afterAll(() => server.close());

const ask = async <T>(query: string, key = server.keys.VIEWER): Promise<T> => {
  const { data, errors } = (await server.graphql(query, { key })).json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data as T;
};

describe('a run of a population', () => {
  it('tells how its weights came to be: from generation 0 on, what was copied and what was changed', async () => {
    const { run } = await ask<{ run: { lineage: unknown } }>(
      `{ run(id: "${idOf(5)}") { lineage {
        run { number } member generation kind fromStep toStep changes { parameter from to } } } }`,
    );
    expect(run.lineage).toEqual([
      {
        ...{ run: { number: 1 }, member: 0, generation: 0, kind: 'STARTED', fromStep: 0, toStep: 10 },
        changes: [],
      },
      {
        ...{ run: { number: 4 }, member: 1, generation: 1, kind: 'EXPLOITED', fromStep: 10, toStep: 20 },
        changes: [
          { parameter: 'lr', from: 0.1, to: 0.12 },
          { parameter: 'on', from: null, to: 'x' },
        ],
      },
      {
        ...{ run: { number: 5 }, member: 0, generation: 2, kind: 'EXPLOITED', fromStep: 20, toStep: 24 },
        changes: [
          { parameter: 'lr', from: 0.12, to: 0.144 },
          { parameter: 'on', from: 'x', to: null },
        ],
      },
    ]);
  });

  it('names its parent, its children and its place', async () => {
    const { run } = await ask<{ run: unknown }>(
      `{ run(id: "${idOf(1)}") { member generation parentStep parent { number }
        children { number member generation parentStep parent { number } } } }`,
    );
    const parent = { number: 1 };
    expect(run).toEqual({
      ...{ member: 0, generation: 0, parentStep: null, parent: null },
      children: [
        { number: 3, member: 0, generation: 1, parentStep: 10, parent },
        { number: 4, member: 1, generation: 1, parentStep: 10, parent },
      ],
    });
  });

  it('is reached by people, not by agents', async () => {
    const answer = await server.graphql(`{ run(id: "${idOf(5)}") { lineage { member } } }`, {
      key: server.keys.AGENT,
    });
    expect(answer.json().errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('a sweep', () => {
  it('shows its members by their generations, in columns', async () => {
    const { sweep } = await ask<{ sweep: { population: unknown } }>(`{ sweep(id: "${sweepId}") { population {
      size generations interval runIds numbers states memberOf generationOf scores kinds
      parentIds parentMembers parentGenerations fromSteps toSteps } } }`);
    expect(sweep.population).toEqual({
      ...{ size: 2, generations: 3, interval: 10 },
      runIds: [1, 2, 3, 4, 5].map(idOf),
      numbers: [1, 2, 3, 4, 5],
      states: ['FINISHED', 'FINISHED', 'FINISHED', 'FINISHED', 'RUNNING'],
      memberOf: [0, 1, 0, 1, 0],
      generationOf: [0, 0, 1, 1, 2],
      scores: [1, 9, 5, 2, null],
      kinds: ['STARTED', 'STARTED', 'CONTINUED', 'EXPLOITED', 'EXPLOITED'],
      parentIds: [null, null, idOf(1), idOf(1), idOf(4)],
      parentMembers: [null, null, 0, 0, 1],
      parentGenerations: [null, null, 0, 0, 1],
      fromSteps: [0, 0, 10, 10, 20],
      toSteps: [10, 10, 20, 20, 24],
    });
  });

  it('without a population has none, and its runs no lineage', async () => {
    const created = await createSweep(server.database.prisma, {
      projectId: null,
      source: JSON.stringify({ method: 'grid', parameters: { seed: { values: [1, 2] } } }),
    });
    if (!created.ok) throw new Error(JSON.stringify(created.problems));
    const id = newId();
    await server.database.prisma.run.create({
      data: {
        id,
        sweepId: created.sweep.id,
        number: 1,
        name: 'x',
        assignment: {},
        assignmentKey: '',
        config: {},
      },
    });
    const { run } = await ask<{ run: unknown }>(
      `{ run(id: "${id}") { member parent { id } children { id } lineage { member } sweep { population { size } } } }`,
    );
    expect(run).toEqual({
      member: null,
      parent: null,
      children: [],
      lineage: [],
      sweep: { population: null },
    });
  });
});

it('how a run began follows from its member and its parent’s', () => {
  expect([kindOf(1, null), kindOf(1, 1), kindOf(1, 0)]).toEqual(['STARTED', 'CONTINUED', 'EXPLOITED']);
});

it('lists are changed when one of their parts is', () => {
  expect(changesBetween({ a: [1, 2], b: 0 }, { a: [1, 3], b: 0 })).toEqual([
    { parameter: 'a', from: [1, 2], to: [1, 3] },
  ]);
});
