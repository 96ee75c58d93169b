/** A person takes control from the pages: stop a sweep, drain and resume an agent, ask the graph by hand. */
import { endlessSweep } from './definitions.ts';
import { expect, test } from './plumage.fixture.ts';

test('a sweep told to stop lets its running run end, and starts no other', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('/sweeps/new');
  await page.getByLabel('Definition as YAML').fill(endlessSweep);
  await page.getByRole('button', { name: 'Start sweep' }).click();
  const runs = page.getByRole('region', { name: 'Runs of this sweep' });
  await expect(runs.getByText('running').first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('heading', { name: /endless/ }).getByText('finished')).toBeVisible({
    timeout: 120_000,
  });
  await expect(runs.getByText('running')).toHaveCount(0);
  await expect(runs.getByText('finished').first()).toBeVisible();
});

test('an agent is drained and resumed from its page', async ({ page }) => {
  await page.goto('/agents');
  const agent = page.getByRole('region', { name: 'Agent local' });
  await agent.getByRole('button', { name: 'Drain' }).click();
  await expect(agent.getByRole('heading').getByText('draining')).toBeVisible();
  await agent.getByRole('button', { name: 'Resume' }).click();
  await expect(agent.getByRole('heading').getByText('online')).toBeVisible();
});

test('the explorer answers a question to the graph, offline', async ({ page }) => {
  await page.goto('/explorer');
  await page.locator('.graphiql-query-editor textarea').first().focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('{ viewer { role ');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.locator('.result-window')).toContainText('"role": "ADMIN"');
});
