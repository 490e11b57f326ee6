import { afterEach, expect, it, vi } from 'vitest';
import { network, points } from './toy.fixture.js';

const lines = vi.hoisted((): string[] => []);
vi.mock('#console', () => ({
  platformConsole: {
    openBar: () => ({
      update: (share: number | null, before: string, after: string) =>
        void lines.push(`${before} ${share?.toFixed(2)} ${after}`),
      stop: () => void lines.push('stop'),
    }),
    writeLine: (text: string) => void lines.push(text),
    yieldToEvents: () => Promise.resolve(),
  },
}));

afterEach(() => {
  vi.restoreAllMocks();
  lines.length = 0;
});

/** Makes each look at the clock a second later than the one before. */
function slowClock(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
}

const { x, y } = points(64);

it('is silent with verbose 0, however long it takes', async () => {
  slowClock();
  await network().fit(x, y, { verbose: 0, epochs: 3 });
  expect(lines).toEqual([]);
});

it('shows a bar with the sums so far, and after a while one hint how to go faster', async () => {
  slowClock();
  await network().fit(x, y, { epochs: 4 });
  const hints = lines.filter((line) => line.includes('setBackend(onnxruntime())'));
  expect(hints).toEqual([
    'fit runs in plain TypeScript. In Node two lines make it native (npm install @tesserajs/backend-onnxruntime ' +
      'onnxruntime-node):\n' +
      "  import { onnxruntime } from '@tesserajs/backend-onnxruntime';\n" +
      '  setBackend(onnxruntime());',
  ]);
  const progress = lines.filter((line) =>
    /^epoch 2\/4 0\.50 loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}\d+ examples\/s {2}\S+ left$/.test(line),
  );
  expect(progress).toHaveLength(1);
  expect(lines.at(-1)).toBe('stop');
  expect(lines.at(-2)).toMatch(/^epoch 4\/4 1\.00 loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}\d+ examples\/s {2}\d/);
  await network().fit(x, y, { epochs: 4, verbose: 2 });
  expect(lines.filter((line) => line.includes('setBackend'))).toHaveLength(1);
});

it('leaves the terminal in order when training fails', async () => {
  const failure = network().fit(x, y, { callbacks: { onBatchEnd: () => Promise.reject(new Error('full disk')) } });
  await expect(failure).rejects.toThrow('full disk');
  expect(lines.at(-1)).toBe('stop');
});
