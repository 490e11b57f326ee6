import { readFileSync } from 'node:fs';

/** @type {{ name: string }[]} */
const packages = JSON.parse(readFileSync(new URL('src/packages.json', import.meta.url), 'utf8'));

// What a reader looks for most, first.
const groupOrder = [
  'Modules',
  'Functions',
  'Namespaces',
  'Classes',
  'Interfaces',
  'Constructors',
  'Properties',
  'Accessors',
  'Methods',
  '*',
  'Variables',
];
const validation = { invalidLink: true, notExported: false, notDocumented: false };

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  name: 'API',
  entryPointStrategy: 'packages',
  entryPoints: packages.map(({ name }) => `../packages/${name}`),
  sortEntryPoints: false,
  // Links are checked where they are written, package by package, and once more across packages.
  packageOptions: { disableSources: true, excludeInternal: true, groupOrder, validation },
  plugin: ['typedoc-plugin-markdown', 'typedoc-docusaurus-theme'],
  out: 'docs/api',
  readme: 'none',
  excludeScopesInPaths: true,
  disableGit: true,
  disableSources: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  formatWithPrettier: true,
  prettierConfigFile: './.prettierrc.api.json',
  expandParameters: true,
  indexFormat: 'table',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true, leftAlignHeaders: true },
  pageTitleTemplates: { index: 'API', member: '{name}', module: '{name}' },
  // A brace opens an expression in MDX, a bracket a tag.
  sanitizeComments: true,
  groupOrder,
  validation,
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
