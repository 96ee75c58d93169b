/**
 * `npm run schema` prints the graph, sorted, into schema.graphql; `--check` fails when the file says otherwise.
 */
import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { printSchema } from 'graphql';

const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));

const { buildSortedGraph } = await import('../apps/api/src/schema/build-schema.ts');
const printed = `${printSchema(buildSortedGraph())}\n`;
const committed = await readFile(file, 'utf8').catch(() => '');
if (process.argv.includes('--check')) {
  if (printed === committed) {
    process.stdout.write('schema.graphql is what the API serves.\n');
  } else {
    process.stderr.write('schema.graphql is not what the API serves. Run "npm run schema" and commit it.\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, printed);
  process.stdout.write('schema.graphql written.\n');
}
