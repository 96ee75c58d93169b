/**
 * The browser tests: the whole of Plumage as `npm start` brings it up, in a Chromium that comes in an npm package
 * (no browser is downloaded). One worker, since the tests share one stack whose agent really trains.
 */
import { defineConfig } from '@playwright/test';
import chromium from '@sparticuz/chromium';

/** The package's arguments are for a cloud function; these would hide faults that a user's browser shows. */
const unwanted = [
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--in-process-gpu',
];

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results/browser',
  globalSetup: './stack.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: await chromium.executablePath(),
      args: chromium.args.filter((argument) => !unwanted.includes(argument)),
    },
  },
});
