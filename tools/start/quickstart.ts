import { readFileSync } from 'node:fs';
import { createApiClient } from '@plumage/api-client';
import { CreateSweepDocument, SweepsDocument } from '@plumage/api-client/operations';
import type { Journal } from './journal.ts';
import { StartError } from './options.ts';
import type { Stack } from './services.ts';

const source = new URL('./quickstart.yaml', import.meta.url);

/** Creates the quickstart sweep if this server has no sweep yet. @throws StartError if the API refuses it */
export const createQuickstart = async (stack: Stack, key: string, journal: Journal): Promise<void> => {
  const client = createApiClient({ url: stack.address, key });
  const { sweeps } = await client.request(SweepsDocument, { first: 1 });
  if (sweeps.totalCount > 0) return;
  const { createSweep } = await client.request(CreateSweepDocument, {
    input: { source: readFileSync(source, 'utf8') },
  });
  if (createSweep.__typename === 'SweepInvalid') {
    const problems = createSweep.problems.map(({ path, message }) => `${path}: ${message}`);
    throw new StartError(`The quickstart sweep was refused:\n${problems.join('\n')}`);
  }
  journal.say(
    'quickstart',
    `sweep "${createSweep.sweep.name}" created: the paper's four modes, side by side`,
  );
};
