/** A person asks for pictures from a checkpoint and sees what the agent draws; and takes the style of a picture. */
import type { APIRequestContext, Page } from '@playwright/test';
import sharp from 'sharp';
import { createSweep, runsOf } from './api.ts';
import { styleSweep, tinySweep } from './definitions.ts';
import { expect, test } from './plumage.fixture.ts';

/** Loading a checkpoint and the text encoder for the first time takes its while on a busy machine. */
const drawn = { timeout: 120_000 };

let runId = '';

test.beforeAll(async ({ playwright }) => {
  test.setTimeout(240_000);
  const request: APIRequestContext = await playwright.request.newContext();
  const id = await createSweep(request, tinySweep.replace('name: tiny', 'name: for the studio'));
  const states = async () => (await runsOf(request, id)).states;
  await expect.poll(states, { timeout: 180_000 }).toEqual(['FINISHED', 'FINISHED']);
  runId = (await runsOf(request, id)).firstId ?? '';
  await request.dispose();
});

const newest = (page: Page) =>
  page.getByRole('region', { name: 'Generated pictures' }).getByRole('article').first();

test('a person types captions in the Studio and sees their pictures', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`/runs/${runId}`);
  await page.getByRole('link', { name: 'Generate' }).click();
  await expect(page.getByText('Nothing was generated from')).toBeVisible();
  const kinds = page.getByRole('radiogroup', { name: 'Kind' });
  expect(await kinds.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await page.getByRole('textbox', { name: 'Captions' }).fill('tomato\nwhale');
  await page.getByRole('textbox', { name: 'Seeds' }).fill('7, 8, 9');
  await expect(page.getByText('6 pictures')).toBeVisible();
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(newest(page).getByText('finished', { exact: true })).toBeVisible(drawn);
  await expect(newest(page).getByRole('button', { name: /^tomato, seed [789]/ })).toHaveCount(3);
  await expect(newest(page).getByRole('button', { name: /^whale, seed [789]/ })).toHaveCount(3);
  await newest(page)
    .getByRole('button', { name: /^tomato, seed 8/ })
    .click();
  await expect(page.getByRole('dialog').getByText(/seed 8, generated/)).toBeVisible();
  await page.keyboard.press('Escape');

  await expect(page).toHaveURL(/captions=tomato&captions=whale&seeds=7%2C\+8%2C\+9/);
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Captions' })).toHaveValue('tomato\nwhale');
  await expect(newest(page).getByRole('button', { name: /^whale/ })).toHaveCount(3);
});

test('the style of an uploaded picture is taken; what is no picture is refused in words', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await page.goto(`/studio?run=${runId}&kind=style`);
  const upload = page.locator('input[type=file]');
  await upload.setInputFiles({ name: 'notes.png', mimeType: 'text/plain', buffer: Buffer.from('notes') });
  await expect(page.getByText('notes.png is no PNG or JPEG picture.')).toBeVisible();
  const buffer = await sharp({ create: { width: 200, height: 120, channels: 3, background: '#c33' } })
    .jpeg()
    .toBuffer();
  await upload.setInputFiles({ name: 'red.jpg', mimeType: 'image/jpeg', buffer });
  await expect(page.getByRole('img', { name: 'Style 1' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Captions' }).fill('whale');
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(newest(page).getByText('finished', { exact: true })).toBeVisible(drawn);
  await expect(newest(page).getByRole('button', { name: /^whale/ })).toHaveCount(1);
  await expect(newest(page)).toContainText('style by gradient descent');
});

test('a style encoder that was trained for the checkpoint finds the style, unless a person says no', async ({
  page,
  request,
}) => {
  test.setTimeout(300_000);
  await page.goto(`/studio?run=${runId}&kind=style&captions=whale`);
  const foundBy = page.getByRole('combobox', { name: 'Style is found by' });
  await expect(foundBy).toBeDisabled();
  await expect(foundBy).toHaveValue('gradient descent');
  await expect(page.getByText('No style encoder was trained for this checkpoint.')).toBeVisible();
  const generator = await page.getByText(/^for the studio\/.*@\d+$/).textContent();
  const id = await createSweep(request, styleSweep(generator ?? ''));
  const states = async () => (await runsOf(request, id)).states;
  await expect.poll(states, { timeout: 180_000 }).toEqual(['FINISHED']);

  await page.reload();
  await expect(foundBy).toHaveValue(/^the newest, studio styles\/.*, step 20$/);
  await expect(page.getByRole('textbox', { name: 'What it shows' })).toHaveCount(0);
  await page
    .getByRole('group', { name: /own pictures/ })
    .getByRole('button')
    .first()
    .click();
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(newest(page).getByText('finished', { exact: true })).toBeVisible(drawn);
  await expect(newest(page)).toContainText(/style by studio styles\/.*@20/);

  await foundBy.click();
  await page.getByRole('option', { name: 'gradient descent' }).click();
  await expect(page.getByRole('textbox', { name: 'What it shows' })).toBeVisible();
  await expect(page).toHaveURL(/encoder=none/);
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(newest(page)).toContainText('style by gradient descent');
  await expect(newest(page).getByText('finished', { exact: true })).toBeVisible(drawn);
});

test('the Gallery shows what was generated apart from the training', async ({ page }) => {
  await page.goto('/gallery?kind=render');
  await expect(page.getByRole('button', { name: /^tomato, seed 7/ }).first()).toBeVisible();
  await page.goto(`/runs/${runId}`);
  await expect(page.getByRole('region', { name: 'Pictures' })).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Pictures' }).getByRole('button', { name: /seed [789],/ }),
  ).toHaveCount(0);
});
