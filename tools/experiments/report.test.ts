import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { spread } from './figures.ts';
import { gridCaptions, modeNames, modeOf, type Recorded } from './record.ts';
import { recordFile, reportFiles } from './report.files.ts';

const recorded = () => JSON.parse(readFileSync(recordFile, 'utf8')) as Recorded;

describe('docs/experiments.md and README.md', () => {
  test('show the recorded result, and pictures that are there', () => {
    const files = reportFiles(readFileSync(recordFile, 'utf8'));
    for (const { file, content } of files) expect(readFileSync(file, 'utf8'), file.pathname).toBe(content);
    for (const { file, content } of files.slice(0, 2)) {
      for (const [, picture] of content.matchAll(/\]\(((?:docs\/)?images\/[^)]+)\)/g)) {
        const there = fileURLToPath(new URL(picture as string, file));
        expect(existsSync(there), there).toBe(true);
      }
    }
  });

  test('stand on the same seeds of all four modes, and on one dataset', () => {
    const { modes, styles, generators, judge } = recorded();
    const seedsOf = (mode: string) =>
      modes.filter(({ assignment }) => modeOf(assignment) === mode).map(({ seed }) => seed);
    for (const mode of modeNames) expect(seedsOf(mode).sort(), mode).toEqual(seedsOf('GAN').sort());
    expect(seedsOf('GAN').length).toBeGreaterThanOrEqual(3);
    expect(new Set(styles.map(({ seed }) => seed)).size).toBeGreaterThanOrEqual(3);
    const digests = [judge, ...modes, ...styles, ...generators].map(({ datasetDigest }) => datasetDigest);
    expect(new Set(digests).size).toBe(1);
  });
});

describe('the sweeps of the experiments', () => {
  test.each(['judge', 'modes', 'backgrounds', 'style'])('%s.yaml is a valid definition', (name) => {
    const file = new URL(`../../examples/experiments/${name}.yaml`, import.meta.url);
    const parsed = parseSweepDefinition(readFileSync(file, 'utf8'));
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    if (name !== 'modes') return;
    for (const caption of gridCaptions) expect(readFileSync(file, 'utf8')).toContain(caption);
  });
});

test('a spread shows as many decimals of the mean as of the deviation', () => {
  expect(spread([0.1, 0.12, 0.14])).toBe('0.120 ± 0.020');
  expect(spread([0.5])).toBe('0.5');
});
