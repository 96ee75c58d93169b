/** A person takes control from the pages: stop a sweep, hold back an agent or one slot of it, ask the graph by hand. */
import { cancelSweep, createSweep, runsOf } from './api.ts';
import { endlessSweep, greedySweep, longSweep } from './definitions.ts';
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
  await agent.getByRole('button', { name: 'Drain local', exact: true }).click();
  await expect(agent.getByRole('heading').getByText(/^(draining…|drained)$/)).toBeVisible();
  await agent.getByRole('button', { name: 'Resume local', exact: true }).click();
  await expect(agent.getByRole('heading').getByText('online')).toBeVisible();
});

test('a slot is paused while it trains, gives its run back, and goes on with it when it is resumed', async ({
  page,
  request,
}) => {
  test.setTimeout(300_000);
  const sweepId = await createSweep(request, longSweep);
  const run = async () => (await runsOf(request, sweepId)).states[0];
  await page.goto('/agents');
  const slot = page.getByRole('row', { name: 'Slot 0 of local' });
  const link = slot.getByRole('link');
  await expect(link).toBeVisible({ timeout: 120_000 });
  const name = await link.innerText();

  await slot.getByRole('button', { name: 'Pause slot 0 of local' }).click();
  await expect(slot.getByText(/^(pausing…|paused)$/)).toBeVisible();
  // The agent hears of it with its next heartbeat, and writes a checkpoint first.
  await expect(slot.getByText('paused', { exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(link).toHaveCount(0);
  expect(await run()).toBe('QUEUED');

  await slot.getByRole('button', { name: 'Resume slot 0 of local' }).click();
  await expect(link).toHaveText(name, { timeout: 120_000 });
  await expect.poll(run).toBe('RUNNING');
  await expect(slot.getByText('paused', { exact: true })).toHaveCount(0);
  await cancelSweep(request, sweepId);
});

test('stopping a slot says what that brings before it does anything', async ({ page }) => {
  await page.goto('/agents');
  const slot = page.getByRole('row', { name: 'Slot 0 of local' });
  await slot.getByRole('button', { name: 'Stop slot 0 of local' }).click();
  const question = page.getByRole('dialog', { name: 'Stop slot 0 of local?' });
  await expect(question.getByText(/gives the run back to the queue/)).toBeVisible();
  await question.getByRole('button', { name: 'Keep going' }).click();
  await expect(slot.getByRole('button', { name: 'Pause slot 0 of local' })).toBeVisible();
});

test('a sweep whose runs fit no slot says what it lacks', async ({ page, request }) => {
  const sweepId = await createSweep(request, greedySweep);
  await page.goto(`/sweeps/${sweepId}`);
  await expect(page.getByRole('status').getByText(/Its runs wait.*local, slot 0/)).toBeVisible();
  await cancelSweep(request, sweepId);
});

test('the explorer answers a question to the graph, offline', async ({ page }) => {
  await page.goto('/explorer');
  await page.locator('.graphiql-query-editor textarea').first().focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('query WhoAmI { viewer { role } }');
  // The editor tells the rest of the page of what was typed only after a moment; asked before, half of it is sent.
  await expect(page.getByRole('tab', { name: 'WhoAmI' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.locator('.result-window')).toContainText('"role": "ADMIN"');
});
