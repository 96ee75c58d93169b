import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/**
 * The arrows of the house: who may import whom. A project without a row here may import no other project, and
 * no row says "anything", so a new arrow is always a decision. tools/fence.test.ts proves that the fence bites.
 */
const arrows = {
  'lib:contract': [],
  'lib:compute': [],
  'lib:search': ['lib:contract'],
  'lib:charts': ['lib:contract'],
  'lib:model': ['lib:compute'],
  'lib:data': ['lib:contract'],
  'lib:training': ['lib:model', 'lib:data', 'lib:compute', 'lib:contract'],
  'lib:api-client': [],
  'app:api': ['lib:search', 'lib:contract'],
  'app:agent': ['lib:api-client', 'lib:training', 'lib:model', 'lib:data', 'lib:compute', 'lib:contract'],
  'app:dashboard': ['lib:api-client', 'lib:charts', 'lib:contract'],
  'app:cli': ['lib:api-client', 'lib:charts', 'lib:contract'],
};

/** Rooms outside apps/ and libs/: they drive the product from outside and may look into every room. */
const outside = ['tools', 'bench', 'e2e'];

const depConstraints = [
  ...Object.entries(arrows).map(([sourceTag, onlyDependOnLibsWithTags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: [sourceTag, ...onlyDependOnLibsWithTags],
  })),
  ...outside.map((room) => ({
    sourceTag: `outside:${room}`,
    onlyDependOnLibsWithTags: [...Object.keys(arrows), ...outside.map((other) => `outside:${other}`)],
  })),
];

const onlyTheApi = [
  { group: ['@prisma/*', 'pg', '**/generated/prisma/**'], message: 'Only apps/api sees the database.' },
];

const noWorld = [
  {
    group: ['node:*', 'fs', 'http', 'https', 'net'],
    message: 'This library is pure: clock, RNG, network and files are arguments.',
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      '**/.next',
      '**/generated',
      '**/test-results',
      '**/*.mjs',
      '**/next-env.d.ts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // Tests clone databases; tools/schema.ts prints the graph. Nothing else goes by a path.
          allow: [
            '/tools/testing/test-database\\.ts$',
            '/tools/chaos/index\\.ts$',
            '/apps/api/src/schema/build-schema\\.ts$',
          ],
          depConstraints,
          checkDynamicDependenciesExceptions: ['.*'],
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'An index names what it exports, by hand.' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['**/vitest.config.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  // Benches of the API drive its services in process; an application exports nothing by name.
  {
    files: [
      'bench/lease.ts',
      'bench/suggest.ts',
      'bench/ingest.ts',
      'bench/lease/*.ts',
      'bench/database/*.ts',
    ],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['apps/!(api)/**/*.ts', 'apps/!(api)/**/*.tsx', 'libs/**/*.ts', 'libs/**/*.tsx'],
    rules: { 'no-restricted-imports': ['error', { patterns: onlyTheApi }] },
  },
  {
    files: ['libs/model/src/**/*.ts', 'libs/search/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [...onlyTheApi, ...noWorld] }] },
  },
);
