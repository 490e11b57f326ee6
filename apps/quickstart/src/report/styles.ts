import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Html } from './html.js';

const require = createRequire(import.meta.url);

/** The style sheet of the report, with its font inside: the page loads nothing. */
export function styles(): Html {
  return new Html(`${fontFace()}\n${sheet}`);
}

function fontFace(): string {
  const file = require.resolve('@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2');
  const font = readFileSync(file).toString('base64');
  return (
    "@font-face { font-family: 'Instrument Sans'; font-weight: 400 700; " +
    `src: url(data:font/woff2;base64,${font}) format('woff2'); }`
  );
}

const sheet = `
:root {
  color-scheme: light dark;
  --ground: #fdfdfc;
  --surface: #ffffff;
  --sunken: #f6f6f3;
  --line: #e3e2dc;
  --ink: #16181d;
  --ink-soft: #4e525c;
  --ink-faint: #6f737d;
  --accent: #2f49c8;
  --good: #1d7f6e;
  --wrong: #b45309;
  --wrong-wash: #e39a24;
  --tile-right: #e9e6dc;
  --tile-hesitant: #2f49c8;
  --tile-wrong: #e08a10;
  --curve-training: #2f49c8;
  --curve-test: #d08700;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1115;
    --surface: #15181e;
    --sunken: #191c23;
    --line: #292d36;
    --ink: #eceef3;
    --ink-soft: #b3b8c4;
    --ink-faint: #8b909d;
    --accent: #98aaff;
    --good: #5cc5b0;
    --wrong: #f2b24a;
    --wrong-wash: #c07a16;
    --tile-right: #2b2f38;
    --tile-hesitant: #7d95ff;
    --tile-wrong: #f2b24a;
    --curve-training: #8199ff;
    --curve-test: #f2b24a;
  }
}

* { box-sizing: border-box; }

html { -webkit-text-size-adjust: 100%; }

body {
  margin: 0 auto;
  max-width: 68rem;
  padding: 3.5rem 1.5rem 4rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.6 'Instrument Sans', system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
  -webkit-font-smoothing: antialiased;
  text-rendering: optimizeLegibility;
}

code, pre { font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, 'DejaVu Sans Mono', monospace; }
code { font-size: 0.86em; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
p { max-width: 46rem; margin: 0 0 1.2rem; color: var(--ink-soft); text-wrap: pretty; }
p b { color: var(--ink); font-weight: 600; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }

/* Head */

.brand { display: flex; align-items: center; gap: 0.6rem; margin-bottom: 2.6rem; color: var(--ink-faint); font-size: 0.95rem; }
.brand svg { width: 1.25rem; }
.brand .first { fill: var(--accent); }
.brand .second { fill: var(--tile-wrong); }
h1, h2 { font-weight: 600; letter-spacing: -0.022em; line-height: 1.15; text-wrap: balance; }
h1 { margin: 0 0 0.9rem; font-size: clamp(2.1rem, 5.4vw, 3.4rem); letter-spacing: -0.03em; }
.lead { max-width: 44rem; margin-bottom: 2.4rem; font-size: 1.15rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px; margin: 0 0 2.6rem; border-block: 1px solid var(--line); }
.facts div { padding: 1rem 1rem 1rem 0; }
.facts dt { color: var(--ink-faint); font-size: 0.88rem; }
.facts dd { margin: 0.1rem 0 0; font-size: 1.45rem; font-weight: 550; letter-spacing: -0.015em; white-space: nowrap; }

/* One tile for each test image */

.mosaic .right { fill: var(--tile-right); }
.mosaic .hesitant { fill: var(--tile-hesitant); }
.mosaic .wrong { fill: var(--tile-wrong); }
figcaption { color: var(--ink-faint); font-size: 0.9rem; }
.mosaic figcaption { margin-top: 0.8rem; }
.key { display: inline-block; margin-left: 0.9rem; white-space: nowrap; }
.key::before { content: ''; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.4em; border-radius: 2px; background: var(--key); }
.key.right { --key: var(--tile-right); }
.key.hesitant { --key: var(--tile-hesitant); }
.key.wrong { --key: var(--tile-wrong); }
.key.training { --key: var(--curve-training); }
.key.test { --key: var(--curve-test); }

/* Sections */

section { margin-top: 4.2rem; }
h2 { margin: 0 0 0.8rem; font-size: 1.6rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.6rem 2.4rem; align-items: start; }
.chart .key:first-child { margin-left: 0; }
.wide { overflow-x: auto; }

table { border-collapse: collapse; font-size: 0.94rem; }
th { font-weight: 500; text-align: left; }
thead th { color: var(--ink-faint); font-size: 0.88rem; }
caption { caption-side: bottom; padding-top: 0.7rem; color: var(--ink-faint); font-size: 0.9rem; text-align: left; }
.number { text-align: right; }
.layers, .plain { width: 100%; }
.layers :is(th, td), .plain :is(th, td) { padding: 0.45rem 1.2rem 0.45rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
.layers :is(th, td):last-child, .plain :is(th, td):last-child { padding-right: 0; }
.layers td, .plain td { color: var(--ink-soft); }
.layers code { white-space: nowrap; }
.layers tfoot :is(th, td) { border-bottom: 0; color: var(--ink); font-weight: 600; }
.plain th { color: var(--ink-faint); }
.plain td { text-align: right; }

.confusion { border-collapse: separate; border-spacing: 2px; }
.confusion td, .confusion thead th { width: 3.4rem; text-align: center; }
.confusion tbody td { height: 2.3rem; border-radius: 5px; background: color-mix(in srgb, var(--wrong-wash) calc(var(--share, 0) * 78%), var(--sunken)); }
.confusion tbody .diagonal { background: color-mix(in srgb, var(--accent) 16%, var(--surface)); font-weight: 600; }
.confusion tbody .none { color: var(--line); }
.confusion tbody .recall { width: 4.6rem; background: none; color: var(--ink-soft); text-align: right; }
.confusion thead .recall { width: 4.6rem; text-align: right; }
.confusion tbody th { padding-right: 0.7rem; text-align: right; white-space: nowrap; }
.confusion.long thead th { height: 6rem; vertical-align: bottom; }
.confusion.long thead th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); }
.wide + p { margin-top: 1.2rem; }

.mistakes { display: grid; grid-template-columns: repeat(8, 1fr); gap: 1.5rem 1.2rem; margin: 1.8rem 0 0; padding: 0; list-style: none; }
.mistakes li { display: grid; justify-items: start; align-content: start; line-height: 1.35; }
.mistakes .paper { width: 100%; padding: 4px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); isolation: isolate; }
.mistakes img { display: block; width: 100%; height: auto; image-rendering: pixelated; mix-blend-mode: multiply; }
.mistakes .labels { margin-top: 0.5rem; }
.mistakes b { font-weight: 600; white-space: nowrap; }
.mistakes .arrow { color: var(--ink-faint); }
.mistakes .taken { color: var(--wrong); }
.mistakes .sure { color: var(--ink-faint); font-size: 0.85rem; }

.agreement { font-size: 1.15rem; color: var(--ink); }
.agreement::before { content: ''; display: inline-block; width: 0.62em; height: 0.62em; margin-right: 0.55em; border-radius: 3px; background: var(--good); }
.agreement.failed::before { background: var(--tile-wrong); }

.files { display: grid; grid-template-columns: max-content 1fr; gap: 0.7rem 1.8rem; margin: 0 0 2rem; }
.files dt span { display: block; color: var(--ink-faint); font-size: 0.88rem; }
.files dd { max-width: 42rem; margin: 0; color: var(--ink-soft); }
.snippets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.4rem 2.4rem; }
.snippet { min-width: 0; }
pre { margin: 0.5rem 0 0; padding: 1rem 1.15rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--sunken); font-size: 0.78rem; line-height: 1.65; font-variant-ligatures: none; }
pre code { font-size: inherit; }
footer { margin-top: 4.2rem; padding-top: 1.2rem; border-top: 1px solid var(--line); color: var(--ink-faint); font-size: 0.9rem; }

@media screen and (prefers-color-scheme: dark) {
  /* Ink on paper, by night: light on dark. */
  .mistakes img { filter: invert(1) brightness(0.94); mix-blend-mode: screen; }
}

@media (max-width: 40rem) {
  body { padding: 2rem 1.1rem 3rem; }
  section { margin-top: 3rem; }
  .confusion { font-size: 0.8rem; }
  .confusion tbody .recall, .confusion thead .recall { width: 3.4rem; }
  .mistakes { grid-template-columns: repeat(4, 1fr); }
  .mosaic .key { display: block; margin: 0.25rem 0 0; }
  .files { grid-template-columns: 1fr; gap: 0.2rem; }
  .files dd { margin-bottom: 0.9rem; }
}

@page { margin: 16mm 14mm; }

@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  h1 { font-size: 26pt; }
  section { margin-top: 2.4rem; }
  h2 { break-after: avoid; }
  .mosaic, .chart, .snippet, .confusion, .mistakes li, tr, .facts { break-inside: avoid; }
  .mosaic path, .mosaic rect, .confusion td, .key::before, .agreement::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .mistakes { gap: 0.8rem; }
  .snippets, .pair { grid-template-columns: 1fr 1fr; }
  pre { white-space: pre-wrap; font-size: 7.5pt; }
  .wide { overflow: visible; }
}
`;
