/**
 * Whether anything was lost or came twice, from the facts alone. Each run is held against the undisturbed run of the
 * same configuration: on one back end a resumed training equals an uninterrupted one to the bit.
 */
import type { BatchFacts, Facts, FileFacts, RunFacts, SampleFacts } from './facts.sql.ts';
import type { StoredFiles } from './stored.files.ts';

/** All are zero when nothing went wrong. */
export interface Figures {
  runsLost: number;
  runsDoubled: number;
  pointsMissing: number;
  pointsDoubled: number;
  /** Points that have another value than undisturbed. */
  pointsDiffer: number;
  samplesMissing: number;
  samplesDoubled: number;
  samplesDiffer: number;
  weightsDiffer: number;
  orphanedBlobs: number;
}

export interface Verdict {
  readonly figures: Figures;
  /** A sentence for each thing that is wrong. */
  readonly findings: readonly string[];
}

/** What a run of one configuration must have. */
export interface Expected {
  /** By key: the value at each step from 1, undefined where it depends on the clock. */
  readonly points: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** By step, caption and noise: the picture's hash. */
  readonly samples: ReadonlyMap<string, string>;
  /** By name: hashes of the tensors after the last step. */
  readonly weights: ReadonlyMap<string, string>;
}

/** By training seed. */
export type Expectation = ReadonlyMap<number, Expected>;

/** How fast it went is never the same twice. */
const timedKeys = new Set(['images_per_second', 'step_ms']);

const sampleKey = ({ step, promptIndex, seed }: SampleFacts): string =>
  `step ${step}, caption ${promptIndex}, noise ${seed}`;

const groupBy = <T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
};

/** The values that count, by step; more than one for a point that came twice. */
const countedPoints = (batches: readonly BatchFacts[]): Map<number, number[]> => {
  const points = new Map<number, number[]>();
  for (const { steps, values, keptThrough } of batches) {
    steps.forEach((step, i) => {
      if (keptThrough !== null && step > keptThrough) return;
      const values_ = points.get(step);
      const value = values[i] ?? Number.NaN;
      if (values_) values_.push(value);
      else points.set(step, [value]);
    });
  }
  return points;
};

const finalTensors = (files: readonly FileFacts[], steps: number): FileFacts[] =>
  files.filter(
    ({ step, superseded, name }) => step === steps && !superseded && name.endsWith('.safetensors'),
  );

/** What the runs of a sweep that nobody disturbed have got: the measure for all others. */
export const expectationOf = (facts: Facts, sweepId: string, steps: number): Expectation => {
  const batches = groupBy(facts.batches, ({ runId }) => runId);
  const samples = groupBy(facts.samples, ({ runId }) => runId);
  const files = groupBy(facts.files, ({ runId }) => runId);
  const ofRun = ({ id }: RunFacts): Expected => ({
    points: new Map(
      [...groupBy(batches.get(id) ?? [], ({ key }) => key)].map(([key, own]) => {
        const counted = countedPoints(own);
        const values = Array.from({ length: steps }, (_, i) =>
          timedKeys.has(key) ? undefined : (counted.get(i + 1)?.[0] ?? Number.NaN),
        );
        return [key, values];
      }),
    ),
    samples: new Map((samples.get(id) ?? []).map((sample) => [sampleKey(sample), sample.blobSha])),
    weights: new Map(finalTensors(files.get(id) ?? [], steps).map(({ name, blobSha }) => [name, blobSha])),
  });
  const runs = facts.runs.filter((run) => run.sweepId === sweepId);
  return new Map(runs.map((run) => [run.seed, ofRun(run)]));
};

class Judge {
  readonly figures: Figures = {
    runsLost: 0,
    runsDoubled: 0,
    pointsMissing: 0,
    pointsDoubled: 0,
    pointsDiffer: 0,
    samplesMissing: 0,
    samplesDoubled: 0,
    samplesDiffer: 0,
    weightsDiffer: 0,
    orphanedBlobs: 0,
  };
  readonly findings: string[] = [];

  count(figure: keyof Figures, what: string): void {
    this.figures[figure] += 1;
    this.findings.push(`${figure}: ${what}`);
  }

  runs({ sweeps, runs }: Facts): void {
    for (const sweep of sweeps) {
      const own = runs.filter(({ sweepId }) => sweepId === sweep.id);
      for (let number = 1; number <= sweep.planned; number++) {
        if (!own.some((run) => run.number === number)) {
          this.count('runsLost', `${sweep.name} has no run ${number}`);
        }
      }
      for (const run of own) {
        if (run.state !== 'FINISHED') this.count('runsLost', `${run.name} is ${run.state}`);
        else if (run.finishedAttempts === 0) this.count('runsLost', `${run.name}: no attempt finished it`);
        if (run.finishedAttempts > 1) {
          this.count('runsDoubled', `${run.name} was finished by ${run.finishedAttempts} attempts`);
        }
      }
      for (const [seed, same] of groupBy(own, (run) => run.seed)) {
        for (const run of same.slice(1)) this.count('runsDoubled', `${run.name} repeats seed ${seed}`);
      }
    }
  }

  points(run: RunFacts, batches: readonly BatchFacts[], expected: Expected): void {
    const byKey = groupBy(batches, ({ key }) => key);
    for (const [key, values] of expected.points) {
      const counted = countedPoints(byKey.get(key) ?? []);
      values.forEach((value, i) => {
        const step = i + 1;
        const found = counted.get(step) ?? [];
        const where = `${run.name} ${key} at step ${step}`;
        counted.delete(step);
        if (found.length === 0) this.count('pointsMissing', where);
        for (const again of found.slice(1)) this.count('pointsDoubled', `${where}, also ${again}`);
        if (value !== undefined && found.length > 0 && !Object.is(found[0], value)) {
          this.count('pointsDiffer', `${where} is ${found[0]}, undisturbed ${value}`);
        }
      });
      for (const step of counted.keys())
        this.count('pointsDoubled', `${run.name} ${key} at step ${step}: no such step`);
    }
  }

  samples(run: RunFacts, samples: readonly SampleFacts[], expected: Expected): void {
    const byKey = groupBy(samples, sampleKey);
    for (const [key, sha] of expected.samples) {
      const found = byKey.get(key) ?? [];
      byKey.delete(key);
      if (found[0] === undefined) this.count('samplesMissing', `${run.name} ${key}`);
      for (const again of found.slice(1)) {
        this.count('samplesDoubled', `${run.name} ${key}, also ${again.blobSha}`);
      }
      if (found[0] !== undefined && found[0].blobSha !== sha)
        this.count('samplesDiffer', `${run.name} ${key}`);
    }
    for (const key of byKey.keys()) this.count('samplesDoubled', `${run.name} ${key}: no such picture`);
  }

  weights(run: RunFacts, files: readonly FileFacts[], expected: Expected): void {
    const steps = Math.max(...[...expected.points.values()].map((values) => values.length));
    const found = new Map(finalTensors(files, steps).map(({ name, blobSha }) => [name, blobSha]));
    for (const [name, sha] of expected.weights) {
      const own = found.get(name);
      if (own !== sha)
        this.count('weightsDiffer', `${run.name} ${name} is ${own ?? 'missing'}, undisturbed ${sha}`);
    }
  }

  blobs({ blobs, pointedAt }: Facts, stored: StoredFiles): void {
    const rows = new Set(blobs);
    const files = new Set(stored.blobs);
    const wanted = new Set(pointedAt);
    for (const sha of rows) {
      if (!wanted.has(sha)) this.count('orphanedBlobs', `nothing points at the row ${sha}`);
      if (!files.has(sha)) this.count('orphanedBlobs', `the row ${sha} has no file`);
    }
    for (const sha of files) if (!rows.has(sha)) this.count('orphanedBlobs', `the file ${sha} has no row`);
    for (const sha of wanted)
      if (!rows.has(sha))
        this.count('orphanedBlobs', `a sample or checkpoint points at ${sha}, which is gone`);
    for (const name of stored.uploads) this.count('orphanedBlobs', `the upload ${name} was left behind`);
  }
}

/** Runs that are lost are not counted again as points, pictures and weights that are missing. */
export const judge = (facts: Facts, stored: StoredFiles, expectation: Expectation): Verdict => {
  const court = new Judge();
  const batches = groupBy(facts.batches, ({ runId }) => runId);
  const samples = groupBy(facts.samples, ({ runId }) => runId);
  const files = groupBy(facts.files, ({ runId }) => runId);
  court.runs(facts);
  for (const run of facts.runs) {
    const expected = expectation.get(run.seed);
    if (run.state !== 'FINISHED') continue;
    if (expected === undefined) {
      court.count('runsLost', `${run.name} has seed ${run.seed}, which was never trained undisturbed`);
      continue;
    }
    court.points(run, batches.get(run.id) ?? [], expected);
    court.samples(run, samples.get(run.id) ?? [], expected);
    court.weights(run, files.get(run.id) ?? [], expected);
  }
  court.blobs(facts, stored);
  return { figures: court.figures, findings: court.findings };
};
