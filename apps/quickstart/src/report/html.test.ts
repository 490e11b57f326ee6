import { expect, it } from 'vitest';
import { html } from './html.js';

it('escapes what is put in, between tags and in attributes', () => {
  const text = `<script>"&'`;
  expect(html`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
  );
});

it('joins lists, leaves out null, and takes HTML as it is', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${null}</ul>`.text).toBe('<ul><li>1</li><li>2</li></ul>');
  expect(html`\n`.text).toBe('\n');
});
