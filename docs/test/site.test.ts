import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type Axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../scripts/serve.mjs';
import packages from '../src/packages.json' with { type: 'json' };
import { absence, launch, watch } from './browser.js';

declare global {
  interface Window {
    axe: typeof Axe;
  }
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const build = fileURLToPath(new URL('../build', import.meta.url));
const inCi = Boolean(process.env['CI']);
if (absence && !inCi) console.warn(`The tests of the site are skipped: ${absence}.`);

// A run trains a network in a software-only browser on a shared machine.
const PATIENCE = 60_000;

describe.skipIf(absence && !inCi)('the built site in Chromium', { timeout: PATIENCE }, () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    if (absence) throw new Error(absence);
    if (!existsSync(`${build}/index.html`)) throw new Error('the site is not built: npx turbo run build --filter=docs');
    server = await serve(0);
    browser = await launch();
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE / 2);
    problems = watch(page, server.url);
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  const open = (path: string): Promise<unknown> => page.goto(server.url + path, { waitUntil: 'load' });
  const example = (index = 0): Locator => page.locator('section[data-status]').nth(index);
  const runButton = (of: Locator): Locator => of.getByRole('button', { name: 'Run' });
  const ended = async (of: Locator): Promise<string | null> => {
    await of.and(page.locator('[data-status=finished], [data-status=failed]')).waitFor({ timeout: PATIENCE / 2 });
    return of.getAttribute('data-status');
  };
  const write = async (of: Locator, source: string): Promise<void> => {
    await of.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(source);
  };
  const consoleOf = (of: Locator): Promise<string> => of.getByRole('log').innerText();

  /** The numbers of the lines `step 50: loss 0.6537, accuracy 0.654`. */
  function readSteps(text: string): { step: number; loss: number; accuracy: number }[] {
    return [...text.matchAll(/step (\d+): loss ([\d.]+), accuracy ([\d.]+)/g)].map((match) => {
      const [step = NaN, loss = NaN, accuracy = NaN] = match.slice(1).map(Number);
      return { step, loss, accuracy };
    });
  }

  /** How many different colours the mosaic shows, which is few when nothing is drawn. */
  const mosaicColours = (of: Locator): Promise<number> =>
    of.locator('canvas[role=img]').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
    });

  it('is isolated, so that examples may use threads', async () => {
    await open('/');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('trains a network on the landing page', async () => {
    await open('/');
    await example().locator('.cm-content').waitFor();
    const before = await example().locator('canvas[role=img]').screenshot();
    await runButton(example()).click();
    expect(await ended(example())).toBe('finished');

    const steps = readSteps(await consoleOf(example()));
    expect(steps.map(({ step }) => step)).toEqual([50, 100, 150, 200, 250, 300]);
    const last = steps.at(-1);
    expect(last?.loss).toBeLessThan((steps[0]?.loss ?? 0) / 10);
    expect(last?.accuracy).toBeGreaterThanOrEqual(0.98);

    expect(await example().locator('svg [data-curve]').count()).toBe(2);
    expect(await mosaicColours(example())).toBeGreaterThan(20);
    expect(Buffer.compare(before, await example().locator('canvas[role=img]').screenshot())).not.toBe(0);
    expect(await example().getByRole('status').innerText()).toMatch(/^Finished in /);
  });

  it('runs an edited example from the keyboard, and resets it', async () => {
    await open('/');
    const original = await example().locator('.cm-content').innerText();
    await write(example(), 'const answer: number = 6 * 7;\nconsole.log("edited", answer, { deep: [1, 2] });');
    await page.keyboard.press('Control+Enter');
    expect(await ended(example())).toBe('finished');
    expect(await consoleOf(example())).toBe('edited 42 { deep: [ 1, 2 ] }');

    await example().getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => example().locator('.cm-content').innerText()).toBe(original);
    expect(await example().getAttribute('data-status')).toBe('idle');
  });

  it('shows each kind of error with its line', async () => {
    await open('/');
    const cases: [source: string, line: number, message: string][] = [
      ["console.log('first');\nconst shape: number[] = [];\nshape.nothing.more;", 3, 'TypeError: Cannot read'],
      ["import * as tf from '@tensorflow/tfjs';\n\ntf.tensor([1, 2, 3], [2, 2]);", 3, 'Error: Based on'],
      ['await 0;\nawait Promise.resolve().then(() => {\n  throw new RangeError("late");\n});', 3, 'RangeError: late'],
      ['const a = 1;\nconst b = = 2;', 2, 'SyntaxError: Unexpected token'],
      ['const a = 1;\n\nconst a = 2;', 3, "SyntaxError: Identifier 'a' has already been declared"],
      ["\nimport { x } from 'left-pad';\nx();", 2, "Error: cannot import 'left-pad' here"],
      ['output.mosaic([1, 2, 3], { columns: 2 });', 1, 'RangeError: output.mosaic: 3 values'],
    ];
    for (const [source, line, message] of cases) {
      await write(example(), source);
      await runButton(example()).click();
      expect(await ended(example()), source).toBe('failed');
      const alert = await example().getByRole('alert').innerText();
      expect(alert).toContain(`Line ${line}`);
      expect(alert).toContain(message);
      expect(await example().locator('.live-error-line').innerText()).toBe(source.split('\n')[line - 1]);
    }
  });

  it('stops an endless loop while the page stays alive', async () => {
    await open('/');
    await write(example(), 'console.log("looping");\nfor (;;);');
    await runButton(example()).click();
    await example().getByText('looping').waitFor();
    expect(await page.evaluate(() => 1 + 1)).toBe(2);
    await example().getByRole('button', { name: 'Stop' }).click();
    expect(await example().getByRole('status').innerText()).toBe('Stopped');
    // A browser gives a busy worker a few seconds to end by itself.
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
    await write(example(), 'console.log("again");');
    await runButton(example()).click();
    expect(await ended(example())).toBe('finished');
    expect(await consoleOf(example())).toBe('again');
  });

  it('runs the examples inside a guide: mosaic, curves, and a canvas that keeps what was drawn', async () => {
    await open('/live-examples');
    await runButton(example(0)).click();
    expect(await ended(example(0))).toBe('finished');
    expect(await mosaicColours(example(0))).toBeGreaterThan(20);
    expect(await consoleOf(example(0))).toMatch(/^mean of the tiles 0\.\d+$/);

    await write(example(1), 'output.canvas(60, 40).fillRect(0, 0, 60, 40);');
    await runButton(example(1)).click();
    expect(await ended(example(1))).toBe('finished');
    const drawn = await example(1)
      .locator('canvas')
      .evaluate((element) => {
        const copy = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
        const context = copy.getContext('2d');
        context?.drawImage(element as HTMLCanvasElement, 0, 0);
        return [...(context?.getImageData(30, 20, 1, 1).data ?? [])];
      });
    expect(drawn).toEqual([0, 0, 0, 255]);
  });

  it.each([
    ['transforms take functions', '/architecture#transforms-take-functions', 'Architecture'],
    ['valueAndGrad', '/api/tensor/functions/valueAndGrad', 'valueAndGrad()'],
  ])('finds %s', async (query, path, heading) => {
    await open('/');
    await page.locator('.navbar__search-input').click();
    await page.keyboard.type(query, { delay: 10 });
    await page.locator('[class*=hitTitle]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    const { pathname, hash } = new URL(page.url());
    expect(pathname.replace(/\/$/, '') + hash).toBe(path);
  });

  const guides = ['/getting-started', '/architecture', '/contributing', '/live-examples'];
  it('loads every guide and the API page of every package', async () => {
    for (const path of [...guides, '/api', ...packages.map(({ name }) => `/api/${name}`)]) {
      await open(path);
      expect(await page.locator('h1').count(), path).toBe(1);
      expect(await page.locator('h1').innerText(), path).not.toBe('');
      expect(problems, path).toEqual([]);
    }
  });

  it('has a page for each function of the API', async () => {
    const [first] = readdirSync(`${build}/api/tensor/functions`);
    await open(`/api/tensor/functions/${first}`);
    expect(await page.locator('h1').innerText()).toContain(first);
    expect(await page.locator('pre').first().innerText()).toContain(`function ${first}`);
  });

  it('says so when there is no such page', async () => {
    await open('/no-such-page');
    expect(await page.locator('h1').innerText()).toBe('Page Not Found');
    expect(problems.splice(0)).toEqual([expect.stringContaining('404'), expect.stringContaining('404')]);
  });

  it.each(['light', 'dark'] as const)('is accessible in %s mode', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of ['/', '/live-examples']) {
      await open(path);
      await example().locator('.cm-content').waitFor();
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }));
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
      expect(found, path).toEqual([]);
    }
  });

  it.each(['light', 'dark'] as const)('fits a narrow screen in %s mode', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', ...guides]) {
      await open(path);
      await page.locator('h1').waitFor();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
  });
});
