/**
 * `npm run schema` writes what others read of ours: the graph, sorted, into schema.graphql, and the grammar of sweeps
 * for editors into docs/sweep.schema.json. `--check` fails when a file says otherwise.
 */
import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sweepJsonSchema } from '@plumage/contract';
import { printSchema } from 'graphql';

const { buildSortedGraph } = await import('../apps/api/src/schema/build-schema.ts');

const files = [
  { name: 'schema.graphql', printed: `${printSchema(buildSortedGraph())}\n` },
  { name: 'docs/sweep.schema.json', printed: `${JSON.stringify(sweepJsonSchema(), null, 2)}\n` },
];

for (const { name, printed } of files) {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  if (!process.argv.includes('--check')) {
    await writeFile(path, printed);
    process.stdout.write(`${name} written.\n`);
  } else if ((await readFile(path, 'utf8').catch(() => '')) === printed) {
    process.stdout.write(`${name} is what the code says.\n`);
  } else {
    process.stderr.write(`${name} is not what the code says. Run "npm run schema" and commit it.\n`);
    process.exitCode = 1;
  }
}
