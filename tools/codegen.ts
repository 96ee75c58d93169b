/**
 * `npm run codegen`: writes libs/api-client/src/generated from schema.graphql and the operation documents, so that
 * every caller's variables and results are typed by the committed graph. `-- --check` writes nothing and fails when
 * the committed files differ from what would be written (the drift check). Output depends on those inputs only.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from '@graphql-codegen/cli';
import { preset } from '@graphql-codegen/client-preset';

const root = fileURLToPath(new URL('..', import.meta.url));
const operations = join(root, 'libs/api-client/src/operations');
const generated = join(root, 'libs/api-client/src/generated');

interface GeneratedFile {
  readonly filename: string;
  readonly content: string;
}

/** The files of the client as they should be, by name. */
const generateClient = async (): Promise<Map<string, string>> => {
  const documents = (await readdir(operations)).filter((name) => name.endsWith('.graphql')).sort();
  const outputs = await generate(
    {
      silent: true,
      cwd: root,
      schema: join(root, 'schema.graphql'),
      documents: documents.map((name) => join(operations, name)),
      generates: {
        [`${generated}/`]: {
          preset,
          presetConfig: { fragmentMasking: false, skipIndexFile: true },
          config: {
            enumsAsTypes: true,
            useTypeImports: true,
            strictScalars: true,
            dedupeFragments: true,
            scalars: {
              ID: 'string',
              DateTime: 'string',
              JSON: 'unknown',
              Measure: "number | 'NaN' | 'Infinity' | '-Infinity'",
            },
          },
        },
      },
    },
    false,
  );
  // The preset also makes a gql() function over embedded strings; documents live in .graphql files here.
  return new Map(
    outputs
      .filter((file: GeneratedFile) => basename(file.filename) === 'graphql.ts')
      .map((file: GeneratedFile) => [basename(file.filename), file.content]),
  );
};

const readCommitted = async (): Promise<Map<string, string>> => {
  const names = await readdir(generated).catch(() => []);
  const files = names.map(async (name) => [name, await readFile(join(generated, name), 'utf8')] as const);
  return new Map(await Promise.all(files));
};

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const wanted = await generateClient().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
const committed = await readCommitted();
const names = [...new Set([...wanted.keys(), ...committed.keys()])].sort();
const drifted = names.filter((name) => wanted.get(name) !== committed.get(name));
const folder = relative(root, generated);

if (drifted.length === 0) {
  console.log(`${folder} is up to date with schema.graphql and its operations.`);
} else if (values.check) {
  console.error(
    `${folder} is out of date: ${drifted.join(', ')}. Run \`npm run codegen\` and commit what it writes.`,
  );
  process.exitCode = 1;
} else {
  await mkdir(generated, { recursive: true });
  for (const name of drifted) {
    const content = wanted.get(name);
    if (content === undefined) await rm(join(generated, name), { recursive: true });
    else await writeFile(join(generated, name), content);
  }
  console.log(`${folder}: wrote ${drifted.join(', ')}.`);
}
