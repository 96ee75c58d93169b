import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The house's arrows, written a second time on purpose: this is the plan, eslint.config.mjs is the fence. */
const plan: Record<string, readonly string[]> = {
  'libs/contract': [],
  'libs/compute': [],
  'libs/search': ['contract'],
  'libs/charts': ['contract'],
  'libs/model': ['compute'],
  'libs/data': ['contract'],
  'libs/training': ['model', 'data', 'compute', 'contract'],
  'libs/api-client': [],
  'apps/api': ['search', 'contract'],
  'apps/agent': ['api-client', 'training', 'model', 'data', 'compute', 'contract'],
  'apps/dashboard': ['api-client', 'charts', 'contract'],
};
const libraries = ['contract', 'compute', 'search', 'charts', 'model', 'data', 'training', 'api-client'];

/** Some source file of the room; its text is replaced, only its place counts. */
const somewhereIn = (room: string): string => {
  const files = readdirSync(join(root, room), { recursive: true, withFileTypes: true });
  const source = files.find(
    (file) =>
      file.isFile() &&
      /\.tsx?$/.test(file.name) &&
      !/vitest|generated|node_modules|\.next|dist|\.d\.ts/.test(join(file.parentPath, file.name)),
  );
  if (!source) throw new Error(`${room} holds no source file`);
  return join(source.parentPath, source.name);
};

const complaints = async (eslint: ESLint, room: string, lines: readonly string[], rule: string) => {
  const [result] = await eslint.lintText(lines.join('\n'), { filePath: somewhereIn(room) });
  return new Set((result?.messages ?? []).filter((m) => m.ruleId === rule).map((m) => lines[m.line - 1]));
};

describe('the fence between the rooms', () => {
  let eslint: ESLint;
  beforeAll(() => {
    eslint = new ESLint({
      cwd: root,
      ruleFilter: ({ ruleId }) =>
        ruleId === '@nx/enforce-module-boundaries' || ruleId === 'no-restricted-imports',
    });
  });

  test.each(Object.entries(plan))('%s may import only what the plan says', async (room, allowed) => {
    const own = room.split('/')[1];
    const others = libraries.filter((library) => library !== own);
    const lines = others.map((library) => `import '@plumage/${library}';`);
    const refused = await complaints(eslint, room, lines, '@nx/enforce-module-boundaries');
    expect([...refused].sort()).toEqual(
      others
        .filter((library) => !allowed.includes(library))
        .map((library) => `import '@plumage/${library}';`)
        .sort(),
    );
  });

  test('no room but apps/api sees the database', async () => {
    const lines = ["import '@prisma/client';", "import 'pg';"];
    for (const room of ['libs/contract', 'libs/training', 'apps/agent', 'apps/dashboard']) {
      expect((await complaints(eslint, room, lines, 'no-restricted-imports')).size, room).toBe(2);
    }
    expect((await complaints(eslint, 'apps/api', lines, 'no-restricted-imports')).size).toBe(0);
  });

  test('libs/model and libs/search know no network, clock or file', async () => {
    const lines = ["import 'node:fs';", "import 'node:http';"];
    for (const room of ['libs/model', 'libs/search']) {
      expect((await complaints(eslint, room, lines, 'no-restricted-imports')).size, room).toBe(2);
    }
  });
});
