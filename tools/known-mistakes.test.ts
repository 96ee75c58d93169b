/** CONTRIBUTING.md lists the mistakes of other implementations; each must be the name of a test in the file it names. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const section = read('CONTRIBUTING.md').split('## Known mistakes')[1]?.split('\n## ')[0] ?? '';
const rows = [...section.matchAll(/^\| ([^|]+) \| `([^`]+\.test\.ts)` \|$/gm)].map(
  ([, mistake = '', file = '']) => [mistake, file] as const,
);

test('all known mistakes are listed', () => expect(rows).toHaveLength(10));

test.each(rows)('%s is a test in %s', (mistake, file) => {
  expect(read(file)).toMatch(
    new RegExp(`\\b(it|test)\\('known mistake, ${mistake.replaceAll('.', '\\.')}: `),
  );
});
