import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { consoleOn } from './console.node.js';
import { platformConsole as portableConsole } from './console.js';
import { platformStorage as nodeStorage } from './storage.node.js';
import { platformStorage as portableStorage } from './storage.js';

const escape = '\x1b';

class Terminal extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

it.each([
  [0.5, 'loss 0.5', 'epoch 1/2  ████████████░░░░░░░░░░░░  50%  loss 0.5'],
  [null, 'loss 0.5', 'epoch 1/2  loss 0.5'],
  // 80 columns: first the bar becomes shorter, then it goes, then the text is cut.
  [0.75, `loss ${'1'.repeat(51)}`, `epoch 1/2  ████░  75%  loss ${'1'.repeat(51)}`],
  [0.75, `loss ${'1'.repeat(54)}`, `epoch 1/2   75%  loss ${'1'.repeat(54)}`],
  [1, `loss ${'1'.repeat(70)}`, `epoch 1/2  100%  loss ${'1'.repeat(58)}`],
])('draws a bar on a terminal, and leaves its modes and signals alone: %s %s', (share, after, expected) => {
  const terminal = new Terminal(true);
  const listeners = process.listenerCount('SIGINT');
  const bar = consoleOn(terminal).openBar()!;
  expect(process.listenerCount('SIGINT')).toBe(listeners);
  bar.update(share, 'epoch 1/2', after);
  bar.stop();
  const codes = new RegExp(`${escape}\\[[0-9;?]*[A-Za-z]|${escape}[78]`);
  expect(terminal.text.split(codes).findLast((line) => line.trim() !== '')).toBe(expected);
  expect(terminal.text).not.toContain(`${escape}[?7l`);
  expect(terminal.text).not.toContain(`${escape}[?25l`);
  expect(terminal.text.endsWith('\n')).toBe(true);
});

it('has no bar where there is no terminal', () => {
  const file = new Terminal(false);
  expect(consoleOn(file).openBar()).toBeNull();
  consoleOn(file).writeLine('epoch 1/2');
  expect(file.text).toBe('epoch 1/2\n');
});

it('writes lines to the console of a browser', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  portableConsole.writeLine('epoch 1/2');
  expect(log.mock.calls).toEqual([['epoch 1/2']]);
  expect(portableConsole.openBar()).toBeNull();
  log.mockRestore();
});

it.each([
  ['Node', consoleOn(new Terminal(false))],
  ['elsewhere', portableConsole],
])('lets events in: %s', async (_, target) => {
  let called = false;
  setTimeout(() => (called = true), 0);
  for (let i = 0; i < 1000 && !called; i++) await target.yieldToEvents();
  expect(called).toBe(true);
});

it('keeps the old file when writing fails', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tessera-storage-'));
  const path = nodeStorage.join(directory, 'deep', 'file');
  await nodeStorage.write(path, new Uint8Array([1, 2]));
  await expect(nodeStorage.write(path, 'no bytes' as never)).resolves.toBeUndefined();
  await expect(nodeStorage.write(path, {} as never)).rejects.toThrow();
  expect(await readFile(path, 'utf8')).toBe('no bytes');
  await rm(directory, { recursive: true });
});

it('says that there are no files elsewhere', async () => {
  const message = 'files: there is no file system here; use saveModel and loadModel, and keep the bytes as you like';
  await expect(portableStorage.read('a')).rejects.toThrow(message);
  await expect(portableStorage.write('a', new Uint8Array())).rejects.toThrow(message);
});
