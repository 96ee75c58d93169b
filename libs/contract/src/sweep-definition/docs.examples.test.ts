import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { accepted } from './testing/verdict.ts';

const page = readFileSync(new URL('../../../../docs/sweeps.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

/** What a part of a file needs to be a whole one. */
const rest = {
  method: 'random',
  run_cap: 40,
  parameters: {
    learning_rate: { min: 0.001, max: 0.1 },
    optimizer: { values: ['adam', 'sgd'] },
    batch_size: { min: 4, max: 16 },
  },
};

test.each(examples.map((text) => [text.split('\n')[1] ?? '', text]))('docs/sweeps.md: %s', (_line, text) => {
  const { warnings } = accepted({ ...rest, ...parse(text) });
  expect(warnings).toEqual([]);
});
