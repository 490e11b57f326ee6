import type { PrismTheme } from 'prism-react-renderer';

/** Code colours are custom properties of the page: one theme serves both colour modes, and the live editor shares them. */
export const codeTheme: PrismTheme = {
  plain: { color: 'var(--code-ink)', backgroundColor: 'var(--code-ground)' },
  styles: [
    { types: ['comment', 'prolog', 'cdata'], style: { color: 'var(--code-comment)' } },
    { types: ['string', 'char', 'template-string', 'attr-value'], style: { color: 'var(--code-string)' } },
    { types: ['number', 'boolean', 'constant', 'property'], style: { color: 'var(--code-number)' } },
    { types: ['keyword', 'tag', 'selector'], style: { color: 'var(--code-keyword)' } },
    { types: ['function', 'method'], style: { color: 'var(--code-function)' } },
    { types: ['class-name', 'builtin', 'maybe-class-name'], style: { color: 'var(--code-type)' } },
    { types: ['operator', 'punctuation'], style: { color: 'var(--code-punctuation)' } },
  ],
};
