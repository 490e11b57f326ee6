import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { reportPage } from './page.js';
import { sampleReport } from './report.fixture.js';

/** What a reader sees of a page, each element set off by a space. */
function textOf(page: string): string {
  const visible = page.replace(/<(style|svg)[^]*?<\/\1>/g, '');
  return visible.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

const page = reportPage(sampleReport());
const text = textOf(page);

it('tells the results', () => {
  expect(text).toContain('364 of 400 digits recognized');
  expect(text).toContain('with 216,650 parameters, trained in 1 min 42 s on the 60,000 training images of MNIST');
  expect(text).toContain('One tile for each test image: ');
  expect(text).toContain('36 wrong');
  expect(text).toContain('0 of 400 labels differ; the largest difference of two logits is 3.8 × 10⁻⁶.');
  expect(text).toContain('The first one took 812 ms, because it compiled the step');
  for (const row of ['seed 1', 'optimizer Adam, learning rate 0.001', 'onnxruntime-node 1.30.0', 'epochs 6']) {
    expect(text).toContain(row);
  }
});

it('has three charts in the colours of the page, without ids in common', () => {
  const charts = page.match(/<svg role="img"[^]*?<\/svg>/g)!;
  const labels = charts.map((svg) => /aria-label="([^"]*)"/.exec(svg)![1]);
  expect(labels).toEqual([
    'Loss in training and on the test images',
    'Accuracy in training and on the test images',
    'Distribution of the times of the training steps',
  ]);
  for (const svg of charts) expect(svg).toContain('stroke="var(--line)"');
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('shows the worst mistakes as pictures, ink on white, with both labels and the confidence', () => {
  const mistakes = page.match(/<li>[^]*?<\/li>/g)!;
  expect(mistakes.length).toBe(32);
  // Mistake 6 has logit 10 for 6 + 1 + 0, and 0 for the other nine classes.
  expect(mistakes[0]).toContain('alt="test image 6"');
  expect(mistakes[0]).toMatch(/<b>6<\/b>.*<b class="taken">7<\/b>/);
  expect(mistakes[0]).toContain('<span class="sure">100.0%</span>');
  const { width, height, channels, data } = decode(Buffer.from(/base64,([^"]*)"/.exec(mistakes[0]!)![1]!, 'base64'));
  expect([width, height, channels]).toEqual([28, 28, 1]);
  const pixels = sampleReport().images.testPixels.subarray(6 * 784, 7 * 784);
  expect([...data]).toEqual([...pixels].map((ink) => 255 - ink));
});

it('has a cell for each pair of classes', () => {
  const [, body] = /<table class="confusion">[^]*?<tbody>([^]*?)<\/tbody>/.exec(page)!;
  const cells = body!.match(/<td[^>]*>[^<]*<\/td>/g)!;
  expect(cells.length).toBe(10 * 11);
  // Images 0 and 30 are the zeros that are taken for a one: image % 3 is 0.
  expect(cells[1]).toMatch(/>2<\/td>$/);
  expect(text).toMatch(/Most often: 0 taken for 1 \(2 ×\) ?, 1 taken for 3 \(2 ×\) ?, 2 taken for 5 \(2 ×\)\s?\./);
});

it('loads nothing and runs nothing', () => {
  // Charts bring styles of their own, for a mouse that hovers; they would hold for the whole page.
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page).not.toMatch(/<script|<link|<iframe|@import| on\w+=/);
  const loaded = [...page.matchAll(/(?:src|xlink:href)="([^"]{0,5})|url\(([^)]{0,5})/g)].map(([, a, b]) => a ?? b);
  expect(loaded.length).toBeGreaterThan(30);
  for (const start of loaded) expect(start).toMatch(/^data:|^#/);
});

it('escapes names', () => {
  const sample = sampleReport();
  const classNames = ['<b>zero</b>', ...sample.images.classNames.slice(1)];
  const escaped = reportPage({ ...sample, images: { ...sample.images, classNames } });
  expect(escaped).toContain('&lt;b&gt;zero&lt;/b&gt;');
  expect(escaped).not.toContain('<b>zero</b>');
});

it('says plainly that nothing is wrong, or that the ONNX file disagrees', () => {
  expect(reportPage(sampleReport({ mistakes: 0 }))).toContain('There are none: every test image is classified right.');
  const agreement = { images: 400, labelDifferences: 3, maxLogitDifference: 0.5 };
  const failed = reportPage({ ...sampleReport(), agreement });
  expect(failed).toContain('<p class="agreement failed">');
  expect(textOf(failed)).toContain('3 of 400 labels differ');
  expect(textOf(failed)).toContain('This is more than rounding explains');
});

it('a training of one step has no distribution of times', () => {
  const sample = sampleReport();
  const record = { ...sample.record, stepMilliseconds: [812], curve: sample.record.curve.slice(0, 1) };
  expect(reportPage({ ...sample, record })).toContain('There was no second step to compare with the first.');
});
