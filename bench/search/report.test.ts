import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordedPeer } from './peer.ts';
import { reportFiles, resultFile } from './report.files.ts';
import type { SearchReport } from './results.ts';

const recorded = readFileSync(resultFile, 'utf8');

describe('docs/search.md', () => {
  test('shows the recorded result, in its tables and in its curves', () => {
    const files = reportFiles(recorded);
    expect(files.length).toBeGreaterThan(1);
    for (const { file, content } of files) expect(readFileSync(file, 'utf8'), file.pathname).toBe(content);
  });

  test('counts every comparison once', () => {
    const { pairs, worseThanOptuna, betterThanOptuna, equalToOptuna } = (JSON.parse(recorded) as SearchReport)
      .results;
    expect(worseThanOptuna + betterThanOptuna + equalToOptuna).toBe(pairs.length);
    expect(new Set(pairs.map((pair) => `${pair.sampler} ${pair.function} ${pair.mode}`)).size).toBe(
      pairs.length,
    );
  });
});

describe('the recording of Optuna', () => {
  const studies = Object.entries(recordedPeer().curves).flatMap(([sampler, functions]) =>
    Object.entries(functions).flatMap(([name, modes]) =>
      Object.entries(modes).map(([mode, study]) => ({ name: `${sampler} ${name} ${mode}`, ...study })),
    ),
  );

  test.each(studies)(
    '$name: 20 seeds or more, a regret after each ten trials, which never grows',
    (study) => {
      const curves = Object.values(study.seeds);
      expect(curves.length).toBeGreaterThanOrEqual(20);
      const grows = (curve: number[]) =>
        curve.some((regret, i) => regret > (curve[i - 1] ?? Number.POSITIVE_INFINITY));
      expect(curves.filter((curve) => curve.length !== study.trials / study.every || grows(curve))).toEqual(
        [],
      );
    },
  );
});
