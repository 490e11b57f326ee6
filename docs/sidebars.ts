import type { SidebarsConfig } from '@docusaurus/plugin-content-docs';
import api from './docs/api/typedoc-sidebar.cjs';

const sidebars: SidebarsConfig = {
  docs: [
    'getting-started',
    'architecture',
    'primitives',
    'export-training',
    'live-examples',
    'contributing',
    { type: 'category', label: 'API', link: { type: 'doc', id: 'api/index' }, items: api },
  ],
};
export default sidebars;
