import type { Config, PluginModule } from '@docusaurus/types';
import type { Options, ThemeConfig } from '@docusaurus/preset-classic';
import type { PluginOptions as SearchOptions } from '@easyops-cn/docusaurus-search-local';
import { isolationHeaders } from './scripts/headers.mjs';
import { anchors } from './src/anchors';
import { codeTheme } from './src/codeTheme';

const isolation: PluginModule = () => ({
  name: 'cross-origin-isolation',
  configureWebpack: () => ({ devServer: { headers: isolationHeaders } }) as object,
});

const exampleText: PluginModule = () => ({
  name: 'example-text',
  configureWebpack: () => ({ module: { rules: [{ resourceQuery: /raw/, type: 'asset/source' }] } }),
});

const search: SearchOptions = {
  hashed: true,
  indexBlog: false,
  docsRouteBasePath: '/',
  highlightSearchTermsOnTargetPage: true,
  explicitSearchResultPath: true,
  searchBarShortcutHint: false,
};

const config: Config = {
  title: 'Tessera',
  tagline: 'Machine learning in TypeScript',
  url: 'https://tesserajs.github.io',
  baseUrl: '/',
  favicon: 'img/favicon.svg',
  headTags: [
    { tagName: 'link', attributes: { rel: 'apple-touch-icon', href: '/img/apple-touch-icon.png' } },
    { tagName: 'meta', attributes: { name: 'color-scheme', content: 'light dark' } },
  ],
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  onDuplicateRoutes: 'throw',
  // Pages of the API are made of comments, which hold signs such as < that MDX would read as tags.
  markdown: { format: 'detect', hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' } },
  future: { v4: true, faster: true },
  presets: [
    [
      'classic',
      {
        docs: { routeBasePath: '/', sidebarPath: './sidebars.ts', breadcrumbs: false, rehypePlugins: [anchors] },
        blog: false,
        theme: { customCss: ['./src/css/tokens.css', './src/css/site.css', './src/css/editor.css'] },
      } satisfies Options,
    ],
  ],
  plugins: [isolation, exampleText],
  themes: [['@easyops-cn/docusaurus-search-local', { ...search }]],
  themeConfig: {
    image: 'img/social-card.png',
    colorMode: { respectPrefersColorScheme: true },
    navbar: {
      title: 'Tessera',
      logo: { alt: '', src: 'img/logo.svg', srcDark: 'img/logo-dark.svg', width: 24, height: 24 },
      items: [
        { to: '/getting-started', label: 'Guide', position: 'left' },
        { to: '/architecture', label: 'Architecture', position: 'left' },
        { to: '/api', label: 'API', position: 'left' },
        { href: 'https://github.com/tesserajs/tessera', label: 'GitHub', position: 'right' },
      ],
    },
    footer: {
      links: [
        { label: 'Getting started', to: '/getting-started' },
        { label: 'Architecture', to: '/architecture' },
        { label: 'Live examples', to: '/live-examples' },
        { label: 'API', to: '/api' },
        { label: 'Contributing', to: '/contributing' },
        { label: 'GitHub', href: 'https://github.com/tesserajs/tessera' },
      ],
      copyright: 'Tessera is open source under the Apache-2.0 licence.',
    },
    prism: { theme: codeTheme, darkTheme: codeTheme, additionalLanguages: ['bash', 'json'] },
    docs: { sidebar: { hideable: false } },
    tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
  } satisfies ThemeConfig,
};
export default config;
