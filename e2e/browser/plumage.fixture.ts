/**
 * The tests' own `test`: a page that is signed in, and two promises that are kept by every test without asking: no
 * request leaves for another origin, and nothing is reported on the console (a refused script or style would be).
 */
import { test as base, expect, type Page } from '@playwright/test';

const fromEnvironment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; stack.ts sets it`);
  return value;
};

export const stack = {
  url: fromEnvironment('PLUMAGE_TEST_URL'),
  key: fromEnvironment('PLUMAGE_TEST_KEY'),
  signInUrl: fromEnvironment('PLUMAGE_TEST_SIGN_IN_URL'),
};

interface Watched {
  readonly foreign: string[];
  readonly faults: string[];
}

/** Refusals that a test provokes on purpose are the browser's own lines about a status, not faults of the page. */
const isStatusLine = (text: string): boolean => /status of (401|404)/.test(text);

const watch = (page: Page): Watched => {
  const watched: Watched = { foreign: [], faults: [] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== stack.url)
      watched.foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !isStatusLine(message.text())) watched.faults.push(message.text());
  });
  page.on('pageerror', (error) => watched.faults.push(String(error)));
  return watched;
};

const check = ({ foreign, faults }: Watched): void => {
  expect(foreign, 'requests that left for another origin').toEqual([]);
  expect(faults, 'errors on the console').toEqual([]);
};

export const test = base.extend<{ visitor: Page; page: Page }>({
  baseURL: stack.url,
  /** A page without a session. */
  visitor: async ({ browser }, use) => {
    const context = await browser.newContext({ baseURL: stack.url, locale: 'en-US' });
    const page = await context.newPage();
    const watched = watch(page);
    await use(page);
    check(watched);
    await context.close();
  },
  page: async ({ page, context }, use) => {
    const headers = { origin: stack.url };
    const response = await context.request.post('/auth/sign-in', { data: { token: stack.key }, headers });
    expect(response.status(), await response.text()).toBe(200);
    const watched = watch(page);
    await use(page);
    check(watched);
  },
});

export { expect };
