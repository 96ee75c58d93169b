/** A run that was taken up again tells its story: every attempt with where it began, one log over all of them. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { cancelSweep, createSweep, runsOf } from './api.ts';
import { longSweep } from './definitions.ts';
import { expect, test } from './plumage.fixture.ts';

const turn = 120_000;

/** The agent writes a checkpoint, gives the run up, and takes it again from there. */
const pauseAndResume = async (page: Page): Promise<void> => {
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading.getByText('running')).toBeVisible({ timeout: turn });
  const done = page.getByRole('definition').first();
  await expect(done).not.toHaveText(/^0( |$)/, { timeout: turn });
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(heading.getByText('paused')).toBeVisible({ timeout: turn });
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(heading.getByText('running')).toBeVisible({ timeout: turn });
};

test('a run that was paused and resumed shows where each attempt began, and its log is searched', async ({
  page,
  request,
}) => {
  test.setTimeout(600_000);
  const sweepId = await createSweep(request, longSweep.replace('name: long', 'name: interrupted'));
  await expect.poll(async () => (await runsOf(request, sweepId)).firstId, { timeout: turn }).toBeDefined();
  const { firstId } = await runsOf(request, sweepId);
  await page.goto(`/runs/${firstId}`);
  await pauseAndResume(page);
  await pauseAndResume(page);

  const strip = page.getByRole('group', { name: 'Attempts over steps' });
  await expect(strip.getByRole('img')).toHaveCount(3);
  await expect(strip.getByRole('img').first()).toHaveAccessibleName(
    /^Attempt 1 on local, slot 0: from the start/,
  );
  await expect(strip.getByRole('img').nth(1)).toHaveAccessibleName(/: from step [\d,]+, .*paused/);
  const attempts = page.getByRole('region', { name: 'Table of attempts' }).getByRole('table');
  await expect(attempts.getByRole('row')).toHaveCount(4);
  await expect(
    attempts
      .getByRole('row')
      .nth(1)
      .getByText(/^step [\d,]+$/),
  ).toBeVisible();
  await expect(page.getByText('held until')).toBeVisible();

  await page.getByRole('searchbox', { name: 'Search the log' }).fill('TAKEN over');
  const lines = page.getByRole('region', { name: 'Lines' });
  await expect(lines.locator('mark').first()).toHaveText('taken over');
  await expect(lines).toHaveCSS('font-family', /monospace/);

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      [],
    );
  }

  // A browser started under such a locale gives it as its language, which Intl refuses.
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true }),
  );
  await page.reload();
  await expect(strip.getByRole('img')).toHaveCount(3);
  await cancelSweep(request, sweepId);
});
