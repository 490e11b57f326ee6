import { expect, it } from 'vitest';
import { html } from './html.js';

it('escapes what is put in, between tags and in attributes', () => {
  const text = `<script>"&'`;
  expect(html`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
  );
});

it('joins lists, leaves out null, and takes HTML as it is', () => {
  expect(html`<b>${[1, 2].map((n) => html`<i>${n}</i>`)}${null}</b>`.text).toBe('<b><i>1</i><i>2</i></b>');
});
