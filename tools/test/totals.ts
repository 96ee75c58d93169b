import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Full names of the failing tests. */
  readonly failures: readonly string[];
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message?: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  suites: PlaywrightSuite[];
}

interface PlaywrightSuite {
  title: string;
  specs?: { title: string; ok: boolean }[];
  suites?: PlaywrightSuite[];
}

const fromVitest = (report: VitestReport): Totals => {
  // A file that cannot be loaded has no tests to fail; it counts as one.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests,
    failures: [
      ...report.testResults.flatMap((file) =>
        file.assertionResults.filter((t) => t.status === 'failed').map((t) => t.fullName),
      ),
      ...broken.map((file) => `${file.name} could not be loaded`),
    ],
  };
};

const failedSpecs = (suite: PlaywrightSuite): string[] => [
  ...(suite.specs ?? []).filter((spec) => !spec.ok).map((spec) => `${suite.title} › ${spec.title}`),
  ...(suite.suites ?? []).flatMap(failedSpecs),
];

const fromPlaywright = ({ stats, suites }: PlaywrightReport): Totals => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected,
  skipped: stats.skipped,
  failures: suites.flatMap(failedSpecs),
});

/** Where the runners write their reports: one folder a project. */
export const resultFolders = (root: string): string[] =>
  ['apps', 'libs']
    .flatMap((room) => readdirSync(join(root, room)).map((project) => join(root, room, project)))
    .concat(join(root, 'tools'), join(root, 'bench'), join(root, 'e2e'))
    .map((project) => join(project, 'test-results'));

/** Sums every `test-results/*.json` that vitest and Playwright wrote under `root`. */
export const readTotals = (root: string): Totals =>
  resultFolders(root)
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as VitestReport | PlaywrightReport)
    .map((report) => ('stats' in report ? fromPlaywright(report) : fromVitest(report)))
    .reduce<Totals>(
      (sum, next) => ({
        passed: sum.passed + next.passed,
        failed: sum.failed + next.failed,
        skipped: sum.skipped + next.skipped,
        failures: [...sum.failures, ...next.failures],
      }),
      { passed: 0, failed: 0, skipped: 0, failures: [] },
    );
