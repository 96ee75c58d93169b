/** The whole story: sign in by the link, define a sweep, an agent trains it for real, look at its pictures, stop. */
import { endlessSweep, tinySweep } from './definitions.ts';
import { expect, stack, test } from './plumage.fixture.ts';

const trainingMs = 240_000;

test('a link signs in once, and says so the second time', async ({ visitor, browser }) => {
  await visitor.goto('/runs?state=failed');
  await expect(visitor).toHaveURL(/\/sign-in\?next=/);
  await visitor.goto(stack.signInUrl);
  await expect(visitor.getByRole('heading', { name: 'Overview' })).toBeVisible();
  expect(visitor.url()).not.toContain('token');

  const second = await browser.newContext({ baseURL: stack.url });
  const page = await second.newPage();
  await page.goto(stack.signInUrl);
  await expect(page.getByRole('alert').filter({ hasText: 'works once' })).toBeVisible();
  await page.getByLabel('Link or key').fill(stack.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await second.close();
});

test('a sweep is defined, trained for real, looked at and stopped', async ({ page }) => {
  test.setTimeout(trainingMs + 120_000);
  await page.goto('/sweeps');
  await page.getByRole('link', { name: 'New sweep' }).first().click();
  await page.getByLabel('Definition as YAML').fill(tinySweep);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('tiny');
  await page.getByLabel('Name', { exact: true }).fill('tiny-by-form');
  await expect(page.getByLabel('Definition as YAML')).toHaveValue(/^name: tiny-by-form\n/);
  await expect(page.getByText('a grid of 2 runs')).toBeVisible();
  await page.getByRole('button', { name: 'Start sweep' }).click();
  await expect(page.getByRole('heading', { name: 'tiny-by-form' })).toBeVisible();

  await test.step('the agent trains both runs, and the page follows without a reload', async () => {
    const finished = page.getByRole('region', { name: 'Runs of this sweep' }).getByText('finished');
    await expect(finished).toHaveCount(2, { timeout: trainingMs });
    await expect(page.getByText('2 of 2 done').or(page.getByText('2 done, no limit'))).toBeVisible();
  });

  await test.step('one run has curves and a step slider over its pictures', async () => {
    await page.getByRole('region', { name: 'Runs of this sweep' }).getByRole('link').first().click();
    await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/);
    const pictures = page.getByRole('region', { name: 'Pictures', exact: true });
    await expect(pictures.locator('img').first()).toBeVisible();
    await expect(page.getByRole('figure', { name: /^g\/loss: / }).locator('canvas')).toBeVisible();
    await expect(pictures.getByText(/^step 20/)).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(pictures.getByText(/^step 10/)).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(pictures.getByText(/^step 20/)).toBeVisible();
  });

  await test.step('the gallery has the pictures, pixel-sharp at a whole multiple, and opens them large', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Gallery' }).click();
    const first = page.getByRole('main').locator('button:has(img)').first();
    await expect(first).toBeVisible();
    await expect
      .poll(() => first.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
    const multiple = await first
      .locator('img')
      .evaluate((img: HTMLImageElement) => img.width / img.naturalWidth);
    expect(Number.isInteger(multiple), `shown at ${multiple} times its size`).toBe(true);
    await first.focus();
    await page.keyboard.press('Space');
    await expect(page.getByRole('dialog', { name: 'Picture' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Picture' })).toBeHidden();
  });
});

test('a running sweep is stopped, and no new run starts', async ({ page }) => {
  test.setTimeout(trainingMs);
  await page.goto('/sweeps/new');
  await page.getByLabel('Definition as YAML').fill(endlessSweep);
  await page.getByRole('button', { name: 'Start sweep' }).click();
  await expect(page.getByRole('heading', { name: 'endless' })).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Runs of this sweep' }).getByText('running').first(),
  ).toBeVisible({
    timeout: 120_000,
  });
  await page.getByRole('button', { name: 'Cancel sweep' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel sweep' }).click();
  await expect(page.getByRole('heading', { name: /endless/ }).getByText(/cancelled|finished/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole('button', { name: 'Cancel sweep' })).toBeHidden();
});
