import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** `{ shape: _, ...rest }` leaves a field out; a parameter that only keeps its place starts with `_`. */
const unused = ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' }];
const tests = ['**/*.test.ts', '**/*.fixture.ts'];

export default defineConfig([
  globalIgnores(['**/dist/', '**/build/', '**/.docusaurus/', '**/generated/', '**/coverage/', 'docs/docs/api/']),
  js.configs.recommended,
  // A rule that is wrong for this project is changed here, in sight, and not line by line.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: tests,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Indexing a typed array within its bounds gives a number, which noUncheckedIndexedAccess cannot know.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': unused,
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['packages/*/src/**', 'apps/*/src/**'],
    extends: [tseslint.configs.recommended],
  },
  {
    files: tests,
    extends: [tseslint.configs.recommended],
    rules: { '@typescript-eslint/no-unused-vars': unused },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.nodeBuiltin } },
]);
