/** What holds on every page: axe finds no serious fault in either theme, it fits a phone, and nothing jumps. */
import AxeBuilder from '@axe-core/playwright';
import { createSweep, runsOf } from './api.ts';
import { tinySweep } from './definitions.ts';
import { expect, stack, test } from './plumage.fixture.ts';

const largestShift = 0.05;

/** Addresses by name; a sweep and a run are made for them. */
const places = new Map<string, string>([
  ['overview', '/'],
  ['sweeps', '/sweeps'],
  ['builder', '/sweeps/new'],
  ['runs', '/runs'],
  ['gallery', '/gallery'],
  ['studio', '/studio'],
  ['agents', '/agents'],
  ['settings', '/settings'],
  ['sign in', '/sign-in'],
]);

test.beforeAll(async ({ playwright }) => {
  const request = await playwright.request.newContext();
  const id = await createSweep(request, tinySweep.replace('name: tiny', 'name: for the pages'));
  places.set('sweep', `/sweeps/${id}`);
  await expect
    .poll(async () => (await runsOf(request, id)).states, { timeout: 80_000 })
    .toContain('FINISHED');
  const { firstId } = await runsOf(request, id);
  places.set('run', `/runs/${firstId}`);
  places.set('studio of a run', `/studio?run=${firstId}`);
  await request.dispose();
});

const settle = 1_500;

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds no serious fault on any page in the ${scheme} theme`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: scheme });
    for (const [name, path] of places) {
      await page.goto(path);
      await page.waitForTimeout(settle);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const said = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
      expect(said, name).toEqual([]);
    }
  });
}

test('every page fits a phone of 375 pixels', async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 375, height: 740 });
  for (const [name, path] of places) {
    await page.goto(path);
    await page.waitForTimeout(settle);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess, name).toBeLessThanOrEqual(0);
  }
});

test('no page jumps while its data comes', async ({ page }) => {
  test.setTimeout(120_000);
  await page.addInitScript(() => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
      document.documentElement.dataset['shift'] = String(sum);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const [name, path] of places) {
    await page.goto(path);
    await page.waitForTimeout(settle);
    const shift = await page.evaluate(() => Number(document.documentElement.dataset['shift'] ?? 0));
    expect(shift, name).toBeLessThan(largestShift);
  }
});

test('pages carry a policy under which no foreign or inline script runs', async ({ page }) => {
  const response = await page.goto('/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/default-src 'none'/);
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(policy).not.toMatch(/https?:/);
});

test('the search palette goes to a page by a few letters', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).fill('gall');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${stack.url}/gallery`);
});

test('a new agent key comes with the whole command for another box', async ({ page }) => {
  await page.goto('/settings');
  await page.getByLabel('Name of the key').fill('gpu box');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const command = page.getByLabel('Command that starts an agent', { exact: true });
  await expect(command).toHaveText(
    new RegExp(`npm run agent -- --server ${stack.url} --key plu_agent_\\S{43}`),
  );
});
