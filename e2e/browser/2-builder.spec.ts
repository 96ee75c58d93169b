/** Wrong input in the builder is told where it is, in words, before anything is sent. */
import { tinySweep } from './definitions.ts';
import { expect, test } from './plumage.fixture.ts';

test.beforeEach(async ({ page }) => {
  await page.goto('/sweeps/new');
  await page.getByLabel('Definition as YAML').fill(tinySweep);
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeEnabled();
});

test('a value that the trainer refuses stays beside its field', async ({ page }) => {
  const row = page.getByRole('listitem', { name: 'generator_width' });
  await row.getByLabel('values, by commas of generator_width').fill('4, 0');
  await expect(row.getByText(/expected/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
  await row.getByLabel('values, by commas of generator_width').fill('4, 8');
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeEnabled();
});

test('a slip in the text names its line, and the form keeps what it knew', async ({ page }) => {
  await page.getByLabel('Definition as YAML').fill(`${tinySweep}  broken: [1, 2\n`);
  await expect(page.getByRole('button', { name: /^line \d+$/ }).first()).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toBeDisabled();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('tiny');
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
});

test('a misspelt hyperparameter is refused with the name that was meant', async ({ page }) => {
  await page.getByLabel('Definition as YAML').fill(tinySweep.replace('generator_width', 'generator_widht'));
  await expect(page.getByRole('main')).toContainText('generator_width');
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
});

test('a form edit keeps comments and the notation of numbers', async ({ page }) => {
  const text = page.getByLabel('Definition as YAML');
  await text.fill(`# why: a first look\n${tinySweep}  learning_rate:\n    value: 1e-4 # low\n`);
  await page.getByLabel('Run cap').fill('3');
  await expect(text).toHaveValue(/# why: a first look[\s\S]*value: 1e-4 # low[\s\S]*run_cap: 3/);
});

test('a parameter is added, turned into a range and removed in the form', async ({ page }) => {
  const text = page.getByLabel('Definition as YAML');
  await page.getByRole('combobox', { name: 'Parameter to add' }).fill('cls_weight');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Kind of cls_weight').selectOption('range');
  await expect(text).toHaveValue(/cls_weight:\n\s+distribution: uniform\n\s+min: 0\.0\n\s+max: 1\.0/);
  await page.getByRole('button', { name: 'Remove cls_weight' }).click();
  await expect(text).not.toHaveValue(/cls_weight/);
});

test('each trainer has its own hyperparameters, and what it must be told is asked for', async ({ page }) => {
  const text = page.getByLabel('Definition as YAML');
  await page.getByRole('button', { name: 'Text encoder' }).click();
  await expect(page.getByLabel('Trainer')).toHaveValue('text-encoder');
  await page.getByRole('combobox', { name: 'Parameter to add' }).fill('conv');
  await expect(page.getByRole('option', { name: 'conv1_width' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Parameter to add' }).fill('');
  await page.getByLabel('Trainer').selectOption('style-encoder');
  await expect(text).toHaveValue(/^trainer: style-encoder$/m);
  await expect(page.getByText(/is missing generator_checkpoint/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
});

test('a checkpoint of a run that is not there is told before anything is sent', async ({ page }) => {
  await page.getByRole('button', { name: 'Style encoder' }).click();
  const row = page.getByRole('listitem', { name: 'generator_checkpoint' });
  await row.getByLabel('value of generator_checkpoint').fill('nowhere/gull-0001');
  await expect(row.getByText(/there is no sweep "nowhere"/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start sweep' })).toBeDisabled();
});

test('an address that nothing stands at says so', async ({ page }) => {
  await page.goto('/runs/0198f3c2-0000-7000-8000-000000000000');
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
});
