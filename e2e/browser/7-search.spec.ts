/** A search from its plan to what it has found: halving with rungs, changed while it runs, explained afterwards. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { editSweep, runsOf } from './api.ts';
import { halvingSweep } from './definitions.ts';
import { expect, test } from './plumage.fixture.ts';

const trainingMs = 300_000;
const ended = ['FINISHED', 'PRUNED'];

/** Parts of the page that are made when one comes to them. */
const comeTo = async (page: Page, name: string): Promise<Locator> => {
  const region = page.getByRole('region', { name, exact: true });
  await region.scrollIntoViewIfNeeded();
  return region;
};

const startFromPlan = async (page: Page): Promise<string> => {
  await page.goto('/sweeps/new');
  await page.getByLabel('Definition as YAML').fill(halvingSweep);
  const plan = page.getByRole('region', { name: 'Plan' });
  await expect(plan.getByText('5, by run cap')).toBeVisible({ timeout: 60_000 });
  await expect(plan.getByRole('table', { name: 'Runs expected at each rung' })).toBeVisible();
  await expect(page.getByLabel('Stopping rule')).toHaveValue('asha');
  await page.getByRole('button', { name: 'Start sweep' }).click();
  await expect(page.getByRole('heading', { name: 'halving' })).toBeVisible();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
};

const raiseCap = async (page: Page): Promise<void> => {
  await page.getByLabel('Run cap').fill('none');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await expect(page.getByRole('form', { name: 'Limits' })).toContainText(/at least 1|whole|number|integer/i);
  await page.getByLabel('Run cap').fill('6');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await expect(page.getByText(/of 6 done/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Versions, newest first' })).toContainText('run_cap 5 → 6');
};

const enqueue = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Enqueue' }).click();
  const dialog = page.getByRole('dialog', { name: 'Enqueue a configuration' });
  await dialog.getByLabel('learning_rate').fill('7');
  await dialog.getByRole('button', { name: 'Enqueue' }).click();
  await expect(dialog.getByText(/expected a number from/)).toBeVisible();
  await dialog.getByLabel('learning_rate').fill('0.00321');
  await dialog.getByLabel('generator_width').selectOption({ label: '8' });
  await dialog.getByRole('button', { name: 'Enqueue' }).click();
  await expect(dialog.getByText('Enqueued:')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
};

const expectNoFault = async (page: Page): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      [],
    );
  }
};

test('a search is planned, changed while it runs, and explained', async ({ page, request }) => {
  test.setTimeout(trainingMs + 180_000);
  const id = await startFromPlan(page);
  await raiseCap(page);
  await enqueue(page);
  await expect
    .poll(async () => (await runsOf(request, id)).states.filter((state) => ended.includes(state)).length, {
      timeout: trainingMs,
    })
    .toBeGreaterThanOrEqual(6);

  await test.step('the rungs show who came to them, and a run its decisions', async () => {
    const rungs = await comeTo(page, 'Rungs');
    await expect(rungs.getByText(/\d+ on, \d+ stopped/).first()).toBeVisible({ timeout: 60_000 });
    await rungs.getByRole('link').first().click();
    await expect(page).toHaveURL(/\/runs\//);
    const decisions = page.getByRole('region', { name: 'Table of decisions' });
    await expect(decisions.getByRole('cell', { name: /^(stop|go on)$/ }).first()).toBeVisible({
      timeout: 60_000,
    });
    await page.goBack();
  });

  await test.step('another rule is replayed over the recorded curves', async () => {
    const replay = await comeTo(page, 'What would another rule have saved?');
    await replay.getByLabel('n_startup_trials').fill('-1');
    await replay.getByRole('button', { name: 'Replay' }).click();
    await expect(replay.getByText(/expected/).first()).toBeVisible();
    await replay.getByLabel('n_startup_trials').fill('1');
    await replay.getByRole('button', { name: 'Replay' }).click();
    await expect(replay.getByText(/The median rule would have stopped \d+ of \d+ runs/)).toBeVisible();
  });

  await test.step('the insight draws every run, and says what matters or why it cannot tell', async () => {
    const insight = await comeTo(page, 'Insight');
    await expect(insight.getByRole('figure', { name: /^Parameters of each run: [67] runs/ })).toBeVisible();
    const bars = insight.getByRole('figure', { name: /^Importance for g\/loss/ });
    await expect(bars.or(insight.getByText('Not to be told yet'))).toBeVisible({ timeout: 60_000 });
    await expect(insight.getByRole('figure', { name: /^learning_rate/ })).toBeVisible();
    await expectNoFault(page);
  });
});

test('an edit on top of someone else’s shows theirs first', async ({ page, request }) => {
  await page.goto('/sweeps/new');
  await page.getByLabel('Definition as YAML').fill(halvingSweep.replace('name: halving', 'name: contested'));
  await page.getByRole('button', { name: 'Start sweep' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const text = page.getByLabel('Definition as YAML');
  await text.fill((await text.inputValue()).replace('run_cap: 5', 'run_cap: 9'));

  await editSweep(request, new URL(page.url()).pathname.split('/').at(-1) ?? '', { priority: 3 });

  await page.getByRole('button', { name: 'Save as a new version' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit contested' });
  await expect(dialog.getByText('The sweep is at version 2 by now')).toBeVisible();
  await dialog.getByRole('button', { name: 'Load version 2' }).click();
  await expect(text).toHaveValue(/priority: 3/);
  await text.fill((await text.inputValue()).replace('run_cap: 5', 'run_cap: 9'));
  await dialog.getByRole('button', { name: 'Save as a new version' }).click();
  await expect(dialog.getByText('run_cap 5 → 9')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Cancel sweep' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel sweep' }).click();
  await expect(page.getByRole('heading', { name: /contested/ }).getByText('cancelled')).toBeVisible({
    timeout: 60_000,
  });
});
