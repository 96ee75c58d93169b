import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { readLatest, readRuns } from './insight.sql.ts';
import { addRuns, makeSweep, OBJECTIVE, SPEED } from './insight.fixture.ts';
import type { ParameterCorrelations, ParameterImportances } from './importance.type.ts';
import type { BestSoFar, ParameterContour, ParameterSlice, ParetoFront } from './insight.type.ts';

let api: TestServer;
let sweepId: string;
beforeAll(async () => {
  api = await startTestServer();
  sweepId = await makeSweep(api.database.prisma);
  await addRuns(api.database.prisma, sweepId);
});
afterAll(() => api.close());

const send = (query: string, id = sweepId) =>
  api.graphql(query, { key: api.keys.VIEWER, variables: { sweep: id } });
const ask = async <T>(fields: string, id = sweepId): Promise<T> => {
  const { data, errors } = (
    await send(`query ($sweep: ID!) { sweep(id: $sweep) { answer: ${fields} } }`, id)
  ).json<{ data: { sweep: { answer: T } }; errors?: unknown }>();
  expect(errors).toBeUndefined();
  return data.sweep.answer;
};
const refusal = async (fields: string, id = sweepId) =>
  (await send(`query ($sweep: ID!) { sweep(id: $sweep) { ${fields} } }`, id)).json().errors?.[0]?.extensions;

const numbersOf = async (states: readonly string[]) =>
  (await api.database.prisma.run.findMany({ where: { sweepId }, orderBy: { number: 'asc' } }))
    .filter((run) => states.includes(run.state))
    .map((run) => run.number);

describe('importance', () => {
  const columns = 'runs reason parameters importances shares deviations pairA pairB pairShares';

  it('is that of finished runs by the sweep’s own metric, and the same each time', async () => {
    const found = await ask<ParameterImportances>(`importance(pairs: true) { metric method ${columns} }`);
    expect(found).toMatchObject({ metric: OBJECTIVE, method: 'FANOVA', reason: null });
    expect(found.runs).toBe((await numbersOf(['FINISHED'])).length);
    expect(found.parameters[0]).toBe('learning_rate');
    expect([...found.parameters].sort()).toEqual(['beta1', 'layers', 'learning_rate', 'optimizer']);
    expect(found.importances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    expect([found.pairA.length, found.pairB.length, found.pairShares.length]).toEqual([6, 6, 6]);
    expect(await ask(`importance(pairs: true) { metric method ${columns} }`)).toEqual(found);
  });

  it('is that of any metric that runs have reported, and by PED-ANOVA', async () => {
    const speed = await ask<ParameterImportances>(
      `importance(metric: "${SPEED}") { parameters importances }`,
    );
    expect(speed.parameters[0]).toBe('layers');
    const cheap = await ask<ParameterImportances>(`importance(method: PED_ANOVA) { ${columns} }`);
    expect(cheap.parameters[0]).toBe('learning_rate');
    expect(cheap.shares).toEqual([null, null, null, null]);
    const pruned = await ask<ParameterImportances>('importance(states: [FINISHED, PRUNED]) { runs }');
    expect(pruned.runs).toBe((await numbersOf(['FINISHED', 'PRUNED'])).length);
  });

  it('changes when a run ends, and has a reason when nothing can be told', async () => {
    const growing = await makeSweep(api.database.prisma);
    expect(await ask<ParameterImportances>(`importance { ${columns} }`, growing)).toMatchObject({
      ...{ runs: 0, parameters: [], importances: [], reason: expect.stringContaining('two finished runs') },
    });
    await addRuns(api.database.prisma, growing, 5);
    expect((await ask<ParameterImportances>('importance { runs }', growing)).runs).toBe(4);
  });
});

it('correlations tell numbers and categories apart', async () => {
  const found = await ask<ParameterCorrelations>(
    `correlations(metric: "${SPEED}") { parameters kinds counts pearson pearsonP spearman spearmanP eta etaP }`,
  );
  const at = (path: string) => found.parameters.indexOf(path);
  expect(found.kinds[at('optimizer')]).toBe('CATEGORICAL');
  expect(found.spearman[at('layers')]).toBeCloseTo(-1, 9);
  expect(found.spearmanP[at('layers')]).toBeLessThan(1e-9);
  expect([found.spearman[at('optimizer')], found.eta[at('layers')]]).toEqual([null, null]);
  expect(found.counts[at('beta1')]).toBeLessThan(found.counts[at('layers')] ?? 0);
  expect(found.parameters).not.toContain('batch');
});

describe('the best so far', () => {
  const columns = 'metric goal runIds numbers endedAt values best bestNumbers';

  it('ends at the sweep’s best run', async () => {
    const found = await ask<BestSoFar>(`bestSoFar { ${columns} }`);
    const best = await ask<{ number: number; objective: number }>('bestRun { number objective }');
    expect([found.bestNumbers.at(-1), found.best.at(-1)]).toEqual([best.number, best.objective]);
    expect(found).toMatchObject({ metric: OBJECTIVE, goal: 'MAXIMIZE' });
    expect(found.numbers).toEqual(await numbersOf(['FINISHED', 'PRUNED', 'RUNNING']));
    expect(found.best).toEqual([...found.best].sort((a, b) => a - b));
  });

  it('goes by when runs ended, and by the goal that is asked for', async () => {
    const found = await ask<BestSoFar>(`bestSoFar(order: END, goal: MINIMIZE) { ${columns} }`);
    expect(found.numbers).toEqual((await numbersOf(['FINISHED', 'PRUNED'])).reverse());
    expect(found.endedAt).toEqual(found.numbers.map((number) => 1_000_000 - number * 1_000));
    expect(found.best.at(-1)).toBe(Math.min(...found.values));
  });
});

describe('a Pareto front', () => {
  const front = (more = '') =>
    `paretoFront(metrics: ["${OBJECTIVE}", "${SPEED}"], goals: [MAXIMIZE, MAXIMIZE] ${more}) { metrics goals runIds numbers values onFront reference hypervolume }`;

  it('holds the runs that none beats in both', async () => {
    const { values, onFront, numbers, reference, hypervolume } = await ask<ParetoFront>(front());
    const [quality = [], speed = []] = values;
    for (const [i, is] of onFront.entries()) {
      const isBeaten = numbers.some(
        (_, j) =>
          (quality[j] ?? 0) >= (quality[i] ?? 0) &&
          (speed[j] ?? 0) >= (speed[i] ?? 0) &&
          (quality[j] !== quality[i] || speed[j] !== speed[i]),
      );
      expect(is).toBe(!isBeaten);
    }
    expect(reference).toEqual([Math.min(...quality), Math.min(...speed)]);
    expect(hypervolume).toBeGreaterThan(0);
    // The first run's speed is not a number.
    expect(numbers).toEqual((await numbersOf(['FINISHED', 'PRUNED'])).slice(1));
  });

  it('measures from the reference that is asked for', async () => {
    const { hypervolume } = await ask<ParetoFront>(front('reference: [0, 0]'));
    expect(hypervolume).toBeGreaterThan((await ask<ParetoFront>(front())).hypervolume ?? 0);
    expect(await refusal(front('reference: [0]'))).toMatchObject({ code: 'BAD_INPUT', path: 'reference' });
  });

  it('wants two to four different metrics that are known', async () => {
    for (const metrics of ['[]', `["${SPEED}"]`, `["${SPEED}", "${SPEED}"]`]) {
      expect(await refusal(`paretoFront(metrics: ${metrics}) { numbers }`)).toMatchObject({
        ...{ code: 'BAD_INPUT', path: 'metrics' },
      });
    }
    expect(await refusal('paretoFront { numbers }')).toMatchObject({
      path: 'metrics',
      value: `["${OBJECTIVE}"]`,
    });
    expect(await refusal(`paretoFront(metrics: ["${SPEED}", "fid"]) { numbers }`)).toMatchObject({
      ...{ path: 'metrics[1]', expected: `one of ${OBJECTIVE}, ${SPEED}` },
    });
  });
});

describe('slices and contours', () => {
  it('leave out runs in which the parameter is inactive, whatever their configuration says', async () => {
    const found = await ask<ParameterSlice>(
      'slice(parameter: "beta1") { axis { path categories scale } runIds numbers x values ranks inactive }',
    );
    expect(found.axis).toEqual({ path: 'beta1', categories: null, scale: 'LINEAR' });
    expect(found.numbers.length + found.inactive).toBe((await numbersOf(['FINISHED', 'PRUNED'])).length);
    expect(found.x.every((place) => place >= 0.1 && place <= 0.9)).toBe(true);
    expect(found.ranks.indexOf(1)).toBe(found.values.indexOf(Math.max(...found.values)));
  });

  it('of a parameter that runs got without searching it: from the configuration', async () => {
    const { prisma } = api.database;
    const grown = await makeSweep(prisma);
    await addRuns(prisma, grown, 10);
    const { definition } = await prisma.sweep.findUniqueOrThrow({ where: { id: grown } });
    const { parameters } = definition as { parameters: object[] };
    const depth = { path: 'depth', distribution: { kind: 'int_uniform', min: 1, max: 9 }, when: [] };
    await prisma.sweep.update({
      where: { id: grown },
      data: { version: 2, definition: { ...(definition as object), parameters: [...parameters, depth] } },
    });
    const { x } = await ask<ParameterSlice>('slice(parameter: "depth") { x }', grown);
    expect(new Set(x)).toEqual(new Set([3]));
  });

  it('of categories name them, and the grid has a column for each', async () => {
    const found = await ask<ParameterContour>(
      'contour(x: "optimizer", y: "learning_rate") { xAxis { categories } yAxis { scale } numbers x y values gridX gridY grid }',
    );
    expect(found.xAxis.categories).toEqual(['adam', 'sgd']);
    expect(found.yAxis.scale).toBe('LOG');
    expect([found.gridX, found.gridY.length, found.grid.length]).toEqual([[0, 1], 40, 80]);
    expect(found.grid.some((cell) => cell !== null)).toBe(true);
  });
});

describe('what is asked wrongly', () => {
  it('is refused by a name that is not known, with those that are', async () => {
    expect(await refusal('importance(metric: "fid") { runs }')).toMatchObject({
      ...{ code: 'BAD_INPUT', path: 'metric', value: '"fid"', expected: `one of ${OBJECTIVE}, ${SPEED}` },
    });
    expect(await refusal('slice(parameter: "lr") { x }')).toMatchObject({
      ...{ code: 'BAD_INPUT', path: 'parameter' },
      expected: expect.stringContaining('learning_rate'),
    });
    expect(await refusal('contour(x: "layers", y: "nothing") { x }')).toMatchObject({ path: 'y' });
    expect(await refusal('contour(x: "layers", y: "layers") { x }')).toMatchObject({ path: 'y' });
    const without = await makeSweep(api.database.prisma, { metric: undefined });
    expect(await refusal('bestSoFar { best }', without)).toMatchObject({ path: 'metric', value: 'null' });
  });

  it('is refused when it costs more than an operation may', async () => {
    const several = (count: number) =>
      Array.from({ length: count }, (_, i) => `a${i}: importance(metric: "${SPEED}") { runs }`).join(' ');
    expect(await refusal(several(4))).toBeUndefined();
    expect(await refusal(several(5))).toMatchObject({ code: 'TOO_COSTLY', measure: 'cost' });
    const page = await send('{ sweeps(first: 10) { edges { node { importance { runs } } } } }');
    expect(page.json().errors?.[0]?.extensions).toMatchObject({ code: 'TOO_COSTLY' });
  });
});

describe('the statements', () => {
  it('read all runs of a sweep, finite values only, and no configuration that is not searched', async () => {
    const [found] = await readRuns(api.database.prisma, [sweepId]);
    const [id, number, state, assignment, others, objective, objectives, endedAt] = found?.runs[0] ?? [];
    const row = await api.database.prisma.run.findFirstOrThrow({ where: { sweepId, number: 1 } });
    expect([id, number, state, assignment]).toEqual([row.id, 1, 'FINISHED', row.assignment]);
    expect([objective, objectives, endedAt]).toEqual([row.objective, [], row.finishedAt?.getTime()]);
    expect(Object.keys(others ?? {}).every((path) => path === 'beta1')).toBe(true);
    expect(found?.runs.map((run) => run[1])).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    const latest = await readLatest(api.database.prisma, sweepId, SPEED);
    expect(latest).toHaveLength((await numbersOf(['FINISHED', 'PRUNED', 'RUNNING'])).length - 1);
    expect(await readLatest(api.database.prisma, sweepId, 'none')).toEqual([]);
  });

  it('read each of several metrics by its own objective', async () => {
    const { prisma } = api.database;
    const metrics = [
      { name: 'fid', goal: 'minimize' },
      { name: 'speed', goal: 'maximize' },
    ];
    const two = await makeSweep(prisma, { metric: undefined, metrics });
    await addRuns(prisma, two, 4);
    // Prisma writes no NaN into a list.
    await prisma.$executeRaw`
      update "Run" set objective = given.values[1], objectives = given.values
      from (values (1, array[3, 1]::float8[]), (2, '{2, 5}'), (4, '{4, NaN}')) given(number, values)
      where "sweepId" = ${two}::uuid and "Run".number = given.number`;
    expect(await ask('paretoFront { metrics goals numbers values onFront }', two)).toEqual({
      ...{ metrics: ['fid', 'speed'], goals: ['MINIMIZE', 'MAXIMIZE'], numbers: [1, 2] },
      ...{
        values: [
          [3, 2],
          [1, 5],
        ],
        onFront: [false, true],
      },
    });
    expect((await ask<BestSoFar>('bestSoFar(metric: "speed") { best }', two)).best).toEqual([1, 5]);
  });
});

describe('docs/insight.md', () => {
  const page = readFileSync(new URL('../../../../docs/insight.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```graphql\n(query (\w+)[\s\S]*?)```/g)].map(([, query, name]) => ({
    ...{ name, query: query ?? '' },
  }));

  it.each(examples)('its example $name is answered', async ({ query }) => {
    const { data, errors } = (await send(query)).json();
    expect(errors).toBeUndefined();
    expect(data?.['sweep']).toBeTruthy();
  });

  it('has an example of each figure', () => {
    expect(examples.length).toBe(7);
  });
});
