import { expect, it } from 'vitest';
import { isUsableLocale } from './usable-locale.ts';

it('a language that Intl refuses is told from one that it takes', () => {
  expect(['en-US', 'de', undefined, 'en-US@posix', ''].map(isUsableLocale)).toEqual([
    ...[true, true, true, false, false],
  ]);
});
